using System.Management.Automation;
using RollbackOps;
using RollbackOps.Deployments;

namespace RollbackTools.Commands;

/// <summary>Gets the deployments of a project in an environment, newest first.</summary>
/// <remarks>
/// <para>
/// Each deployment comes as soon as it is read. IsCurrent marks what is live, IsCandidate what a rollback may choose
/// by itself, IsKnownBad what it leaves out. By default the newest 50 are given, and the live one whatever its age.
/// </para>
/// </remarks>
/// <example>
/// <para>Look at what is live and what was.</para>
/// <code>Get-DeploymentHistory</code>
/// </example>
/// <example>
/// <para>Follow the written procedure in one line.</para>
/// <code>Get-DeploymentHistory | Test-RollbackNeeded | Invoke-Rollback | New-IncidentReport</code>
/// </example>
[Cmdlet(VerbsCommon.Get, "DeploymentHistory")]
[OutputType(typeof(Deployment))]
public sealed class GetDeploymentHistoryCommand : ContextCommand
{
    private const int DefaultFirst = 50;

    /// <summary>Only deployments whose id matches; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>Only deployments whose commit matches; wildcards are allowed, and a beginning is enough.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? Commit { get; set; }

    /// <summary>Only deployments in one of these states.</summary>
    [Parameter]
    public DeploymentState[] State { get; set; } = [];

    /// <summary>Only deployments created at or after this time; a time without a zone is local.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>The most deployments to give.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Give every deployment, however many there are.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>The project; it must be the configuration's.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Project { get; set; }

    /// <summary>The environment; by default the configuration's own.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(Completion.EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord() => Run(GiveAsync);

    private async Task GiveAsync(CancellationToken cancellationToken)
    {
        var context = OpenContext(Project, Environment);
        if (Since is { } since)
        {
            await OnPipelineAsync(() =>
            {
                WriteVerbose($"Since {since.ToUniversalTime():u}.");
                return true;
            });
        }

        var history = await context.OpenHistoryAsync(context.ReadLedger(), cancellationToken);
        if (history.CurrentError is { } unknown)
        {
            Report(unknown);
        }

        if (await context.Platform.ReadPinAsync(cancellationToken) is { } pin)
        {
            Warn($"Promotion is pinned to {pin.DeploymentId} since {pin.Since:u} by {pin.By}; Undo-Rollback lifts it.");
        }

        var isFiltered = Id is not null || Commit is not null;
        var most = First ?? (All || isFiltered ? int.MaxValue : DefaultFirst);
        var query = new DeploymentQuery { Since = Since, States = State, First = isFiltered ? null : most };
        var (given, hasCurrent) = (0, false);
        await foreach (var deployment in history.ReadAsync(query, cancellationToken))
        {
            if (!Matches(Id, deployment.Id, isPrefix: false) || !Matches(Commit, deployment.Commit, isPrefix: true))
            {
                continue;
            }

            hasCurrent |= deployment.IsCurrent;
            await EmitAsync(deployment);
            if (++given == most)
            {
                break;
            }
        }

        // What is live is always part of the unfiltered picture, whatever its age.
        var isWhole = !isFiltered && Since is null && State.Length == 0 && First is null;
        if (isWhole && !hasCurrent && history.Current is { } current)
        {
            await EmitAsync(current);
        }

        if (given == 0 && Id is not null && !WildcardPattern.ContainsWildcardCharacters(Id))
        {
            Report(new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"There is no deployment '{Inert.Line(Id)}'.", "Look at Get-DeploymentHistory -All.", Id));
        }
        else if (given == 0 && isWhole)
        {
            Report(new RollbackOpsException(ErrorId.HistoryEmpty,
                $"'{context.Settings.Platform.Root}' holds no deployment at all.",
                "Check platform.root in rollback.json.", context.Settings.Platform.Root));
        }
    }

    private static bool Matches(string? pattern, string? value, bool isPrefix) => pattern is null
        || (value is not null
            && new WildcardPattern(isPrefix && !WildcardPattern.ContainsWildcardCharacters(pattern) ? pattern + "*" : pattern,
                WildcardOptions.IgnoreCase).IsMatch(value));
}
