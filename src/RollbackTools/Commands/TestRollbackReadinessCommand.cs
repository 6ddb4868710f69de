using System.Diagnostics;
using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;
using RollbackOps.Readiness;
using RollbackTools.Isolation;

namespace RollbackTools.Commands;

/// <summary>Tells whether a rollback would work tonight: one object for each thing that it will need, with how to mend it.</summary>
/// <remarks>
/// <para>
/// Everything is looked at side by side and nothing is changed: no lease is taken, no record written, no message sent and nobody
/// rung. The whole has four seconds, unless -Timeout gives each check more; what is not found out by then is NotTold.
/// </para>
/// <para>
/// Ready is as it has to be. Warning works today, and somebody should look all the same. Failed would be in the way. NotTold could
/// not be found out in time, and is never taken for ready. NotApplicable has nothing to look at here. What has to hold stands in
/// the section readiness of rollback.json. The last review is the day readiness.lastReview there: whoever reviews the procedure
/// and the configuration changes it, and the file's own history says who did.
/// </para>
/// <para>
/// A message to PagerDuty or to a webhook of your own cannot be tried without ringing; their checks say so. Of mail the server is
/// asked for sender and receivers, and the question is taken back.
/// </para>
/// <para>
/// A configuration that cannot be read is a check that failed, too, and not an error; so a scheduled job needs one line:
/// if (-not (Test-RollbackReadiness -Quiet)) { exit 1 }.
/// </para>
/// </remarks>
/// <example>
/// <para>See how it stands.</para>
/// <code>Test-RollbackReadiness</code>
/// </example>
/// <example>
/// <para>List what is to be mended, and how.</para>
/// <code>Test-RollbackReadiness | Where-Object { $_.Status -notin 'Ready', 'NotApplicable' } | Format-List Name, Status, Observed, NextStep</code>
/// </example>
/// <example>
/// <para>End a scheduled job with 1 where a rollback could not count on something.</para>
/// <code>if (-not (Test-RollbackReadiness -Quiet)) { exit 1 }</code>
/// </example>
/// <example>
/// <para>Look at the channels and contacts alone, with more time.</para>
/// <code>Test-RollbackReadiness -Area People -Timeout 30s</code>
/// </example>
/// <seealso cref="ReadinessCheck">One for each check.</seealso>
/// <seealso cref="bool">With -Quiet: whether nothing failed and everything was told.</seealso>
/// <seealso cref="TestRollbackRunbookCommand"/>
/// <seealso cref="TestDatabaseBackupCommand"/>
[Cmdlet(VerbsDiagnostic.Test, "RollbackReadiness")]
[OutputType(typeof(ReadinessCheck), typeof(bool))]
public sealed class TestRollbackReadinessCommand : ContextCommand
{
    /// <summary>Makes only the checks of these names, wildcards allowed, for example candidate*.</summary>
    [PSDefaultValue(Help = "Every check")]
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Makes only the checks of these areas.</summary>
    [PSDefaultValue(Help = "Every area")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ReadinessArea[]? Area { get; set; }

    /// <summary>How long each check may take: 4s, 30s, or a TimeSpan.</summary>
    [PSDefaultValue(Help = "What is left of the whole's 4 s")]
    [Parameter]
    [Duration]
    public TimeSpan? Timeout { get; set; }

    /// <summary>Gives only a truth value: true when nothing failed and everything was told. A warning does not make it false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    private protected override string Activity => "Readiness";

    /// <inheritdoc />
    protected override void EndProcessing()
    {
        var shadowed = CommandNames.Shadowed(this);
        Run(async cancellationToken =>
        {
            var begun = Stopwatch.GetTimestamp();
            var isReady = true;
            await foreach (var check in MakeAsync(shadowed, begun, cancellationToken))
            {
                isReady &= check.IsReady;
                if (!Quiet)
                {
                    await EmitAsync(check);
                }
            }

            if (Quiet)
            {
                await EmitAsync(isReady);
            }
        });
    }

    private async IAsyncEnumerable<ReadinessCheck> MakeAsync(
        IReadOnlyList<ShadowedCommand> shadowed, long begun,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (TryRead(out var configuration) is { } unreadable)
        {
            yield return ReadinessRun.Of(unreadable, Stopwatch.GetElapsedTime(begun));
            yield break;
        }

        using var scope = ReadinessScope.Create(Adapters.Factory, configuration!, NewSecretSource(), TimeProvider.System, Actor, shadowed);
        scope.Context.Tell = Verbose;
        var patience = Timeout ?? ReadinessRun.PatienceAfter(Stopwatch.GetElapsedTime(begun));
        await foreach (var check in new ReadinessRun(scope, patience).MakeAsync(Choose(InspectionTable.Of(scope)), cancellationToken))
        {
            yield return check;
        }
    }

    /// <summary>What is wrong with the configuration is what is to be told, and no reason to tell nothing.</summary>
    private RollbackOpsException? TryRead(out RollbackConfiguration? configuration)
    {
        try
        {
            configuration = ReadConfiguration(Environment);
            return null;
        }
        catch (RollbackOpsException unreadable) when (unreadable.Id is ErrorId.ConfigurationUnreadable or ErrorId.ConfigurationInvalid
            or ErrorId.ConfigurationNotFound or ErrorId.SecretInConfiguration)
        {
            configuration = null;
            return unreadable;
        }
    }

    private List<IInspection> Choose(IReadOnlyList<IInspection> all)
    {
        var patterns = Name?.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToList();
        var wanted = all.Where(one => (patterns is null || patterns.Exists(pattern => pattern.IsMatch(one.Name))) && (Area is null || Area.Contains(one.Area))).ToList();
        return wanted.Count > 0 ? wanted : throw new RollbackOpsException(ErrorId.InvalidArgument,
            $"No check has such a name{(Area is null ? "" : " in that area")}: {string.Join(", ", (Name ?? ["*"]).Select(Inert.Line))}.",
            $"Choose from: {string.Join(", ", all.Select(one => one.Name))}.", Name);
    }
}
