using System.Text.RegularExpressions;

namespace RollbackOps.Configuration;

/// <summary>A reference to a secret: <c>env:NAME</c> or <c>secret:[VAULT/]NAME</c>.</summary>
internal sealed record SecretReference
{
    /// <summary>The body of the notation, without anchors.</summary>
    public const string Pattern = @"env:[A-Za-z_][A-Za-z0-9_]*|secret:(?:[^/\s]+/)?[^/\s]+";

    /// <summary>Forbids a text that begins like a reference, where references are not resolved.</summary>
    public const string NoReference = "(?!env:|secret:)";

    private static readonly Lazy<Regex> s_whole = new(
        () => new Regex($@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant));

    private SecretReference(string? variable, string? vault, string? name)
    {
        Variable = variable;
        Vault = vault;
        Name = name;
    }

    /// <summary>The environment variable of <c>env:NAME</c>, or null.</summary>
    public string? Variable { get; }

    /// <summary>The vault of <c>secret:VAULT/NAME</c>, or null for the registered default.</summary>
    public string? Vault { get; }

    /// <summary>The secret's name of <c>secret:[VAULT/]NAME</c>, or null.</summary>
    public string? Name { get; }

    /// <summary>The references among effective values, each once.</summary>
    public static IReadOnlyList<string> In(IEnumerable<EffectiveSetting> settings) =>
    [
        .. settings.Select(setting => setting.Value).OfType<string>().Where(value => TryParse(value, out _)).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Whether a text is a reference, and which.</summary>
    public static bool TryParse(string text, out SecretReference? reference)
    {
        reference = null;
        if (!(text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("secret:", StringComparison.Ordinal))
            || !s_whole.Value.IsMatch(text))
        {
            return false;
        }

        var target = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            reference = new SecretReference(target, vault: null, name: null);
            return true;
        }

        var slash = target.IndexOf('/', StringComparison.Ordinal);
        reference = new SecretReference(
            variable: null, slash < 0 ? null : target[..slash], target[(slash + 1)..]);
        return true;
    }
}
