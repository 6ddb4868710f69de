using System.Management.Automation;
using RollbackOps.Databases;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>A cmdlet that works on the database that a configuration names.</summary>
public abstract class DatabaseCommand : ContextCommand
{
    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Database";

    /// <summary>Reads the configuration and opens the database that it names.</summary>
    /// <param name="project">The project it must be for, or null.</param>
    /// <param name="environment">The environment, or null for the one given, else the configuration's own.</param>
    private protected DatabaseContext OpenDatabase(string? project = null, string? environment = null)
    {
        var context = DatabaseContext.Create(
            Adapters.Factory,
            ReadSettings(project, Environment ?? environment),
            NewSecretSource(),
            TimeProvider.System,
            Actor);
        Follow(context.Context);
        return context;
    }
}
