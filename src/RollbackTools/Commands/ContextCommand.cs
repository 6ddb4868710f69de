using System.Collections;
using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>A cmdlet that works on the project and environment that a configuration names.</summary>
public abstract class ContextCommand : AsynchronousCommand
{
    /// <summary>
    /// The configuration file, or the folder to look from upwards. Where no rollback.json is found, the release directory
    /// at or above that folder is used with the procedure's own numbers.
    /// </summary>
    [PSDefaultValue(Help = "The nearest rollback.json from the current location upwards")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConfigurationPath { get; set; }

    /// <summary>
    /// Settings that take precedence over the file, for this call alone: dotted paths and their values, for example
    /// @{ 'policy.planLifetime' = '5m' }.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Setting { get; set; }

    // While an attempt goes on: who is told of it, and the errors that wait until they are.
    private Telling? _telling;
    private List<RollbackOpsException>? _errors;

    /// <summary>Who acts, as the journal names them.</summary>
    private protected static string Actor => System.Environment.UserName;

    /// <summary>
    /// Runs an attempt to change production, once it is clear that somebody approves it or can be asked. What ends it
    /// before it has a record of its own is recorded all the same (S35), except in a preview (S15).
    /// </summary>
    /// <param name="environment">The environment that is named, or null for the configuration's own.</param>
    /// <param name="reason">Why the attempt is made, as far as it was said.</param>
    /// <param name="attempt">The work; is told whether it is a preview.</param>
    private protected void RunAttempt(
        string? environment, string? reason, Func<bool, CancellationToken, Task> attempt) => Run(async cancellationToken =>
    {
        var isPreview = await OnPipelineAsync(() => Approval.IsPreview(this));
        var preparing = Task.Run(RollbackJson.Prepare, CancellationToken.None);
        if (!isPreview)
        {
            (_telling, _errors) = (new Telling(Verbose, Warn), []);
        }
        try
        {
            await OnPipelineAsync(() =>
            {
                Approval.RequireSomebody(this, ConfirmImpact.High);
                return true;
            });
            await attempt(isPreview, cancellationToken);
        }
        catch (RollbackOpsException refusal) when (!isPreview && refusal.Id is not ErrorId.RollbackNotFound)
        {
            // Where there is no rollback to take up, none was attempted.
            RecordWherePossible(refusal, environment, reason);
            throw;
        }
        finally
        {
            await preparing;
            await EndTellingAsync();
        }
    });

    /// <inheritdoc />
    private protected override void Report(RollbackOpsException failure)
    {
        if (_errors is null)
        {
            base.Report(failure);
        }
        else
        {
            _errors.Add(failure);
        }
    }

    /// <summary>Lets people be told of what happens in a context while the attempt goes on.</summary>
    private protected void Follow(RollbackContext context) => _telling?.Follow(context, NewSecretSource());

    /// <summary>For an attempt that is many acts: says when one begins and when it is over.</summary>
    private protected void HoldTelling(bool isActing) => _telling?.Hold(isActing);

    /// <summary>The error comes last: where it ends the script, what comes after it is not seen.</summary>
    private async Task EndTellingAsync()
    {
        var (telling, errors) = (_telling, _errors);
        (_telling, _errors) = (null, null);
        try
        {
            await (telling?.EndAsync(UserStopToken) ?? Task.CompletedTask);
        }
        finally
        {
            await (telling?.DisposeAsync() ?? default);
            foreach (var error in errors ?? [])
            {
                Report(error);
            }
        }
    }

    /// <summary>The refusal is what the user is to see: where no record can be made of it, it stands alone.</summary>
    private void RecordWherePossible(RollbackOpsException refusal, string? environment, string? reason)
    {
        try
        {
            Record(OpenContext(project: null, environment), refusal, reason ?? "(none given)");
        }
        catch (RollbackOpsException)
        {
        }
    }

    /// <summary>Records a refusal as what was attempted.</summary>
    private protected virtual void Record(RollbackContext context, RollbackOpsException refusal, string reason) =>
        new RollbackProcedure(context, Tell).Refused(refusal, reason, from: null, target: null);

    /// <summary>Reads the configuration and opens what it names.</summary>
    /// <param name="project">The project it must be for, or null.</param>
    /// <param name="environment">The environment, or null for the configuration's own.</param>
    private protected RollbackContext OpenContext(string? project, string? environment)
    {
        var context = RollbackContext.Create(
            Adapters.Factory,
            ReadSettings(project, environment),
            NewSecretSource(),
            TimeProvider.System,
            Actor);
        context.Tell = Verbose;
        Follow(context);
        return context;
    }

    /// <summary>An absolute path of the file system from one given at PowerShell's own location.</summary>
    private protected string ResolvePath(string path) => FileSystemPath.Resolve(this, path);

    /// <summary>Reads the configuration that parameters and location name.</summary>
    private protected RollbackConfiguration ReadConfiguration(string? environment)
    {
        var start = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        var named = ConfigurationPath is null ? null : ResolvePath(ConfigurationPath);
        var isFolder = named is not null && Directory.Exists(named);
        var configuration = RollbackConfiguration.Read(new ConfigurationRequest
        {
            StartFolder = isFolder ? named! : start,
            // What does not exist is told by the engine, as a file.
            File = isFolder ? null : named,
            Environment = environment,
            Overrides = SettingValues.Of(Setting),
        });
        Mask(configuration.Settings);
        return configuration;
    }

    /// <summary>What resolves references, on the pipeline thread.</summary>
    private protected ISecretSource NewSecretSource() => new PipelineSecrets(this, OnPipelineAsync);

    /// <summary>Reads the settings of a project, which must be the configuration's when one is named.</summary>
    private protected RollbackSettings ReadSettings(string? project, string? environment)
    {
        var settings = ReadConfiguration(environment).Settings;
        return project is null || project == settings.Project
            ? settings
            : throw new RollbackOpsException(ErrorId.InvalidArgument,
                $"The configuration in use is for the project '{settings.Project}', and not for '{Inert.Line(project)}'.",
                "Go to that project's folder, or name its configuration with -ConfigurationPath.", project);
    }
}
