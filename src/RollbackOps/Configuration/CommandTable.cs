using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>The part of the table of settings that is a command, wherever one stands.</summary>
internal static class CommandTable
{
    private static readonly MapShape s_variables = new(
        "variables",
        "an object of variable names, each with a text",
        new TextShape("the name of an environment variable", "^[A-Za-z_][A-Za-z0-9_.-]*$", longest: 200),
        new TextShape(
            "a text, or a reference env:NAME or secret:[VAULT/]NAME",
            $@"^(?:{SecretReference.NoReference}[^\u0000]*|{SecretReference.Pattern})$",
            longest: 32_000))
    {
        HoldsSecrets = true,
    };

    /// <summary>A command.</summary>
    public static ObjectShape Command { get; } = new(
        typeof(CommandSettings),
        "A command: an argument list, run only in the act that names it (S42).",
        [
            new(nameof(CommandSettings.Command), new CommandLineShape(),
                "The program and its arguments; no shell is involved.") { IsRequired = true },
            new(nameof(CommandSettings.WorkingFolder), new PathShape(), "The folder it runs in.")
                { DefaultInWords = "the platform's root" },
            new(nameof(CommandSettings.Timeout), new DurationShape(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
                "How long it may run; a probe command: until it answers."),
            new(nameof(CommandSettings.Variables), s_variables,
                "Environment variables to set; values may be env: or secret: references."),
        ]);
}
