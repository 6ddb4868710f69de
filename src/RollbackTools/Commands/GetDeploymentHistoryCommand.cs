using System.Management.Automation;
using RollbackOps;
using RollbackOps.Deployments;

namespace RollbackTools.Commands;

/// <summary>Gets the deployments of a project in an environment, newest first.</summary>
/// <remarks>
/// <para>
/// Each deployment comes as soon as it is read. IsCurrent marks what is live, IsCandidate what a rollback may choose
/// by itself, IsKnownBad what it leaves out. In the table these are the marks <c>&gt;</c>, <c>+</c> and <c>x</c>.
/// </para>
/// <para>
/// Without a filter, the newest 50 are given, and the live one whatever its age. -First and -All change how many, and
/// -Since, -State, -Id and -Commit choose among them. When the commands after it have enough, nothing more is read.
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
/// <example>
/// <para>List what failed since yesterday evening.</para>
/// <code>Get-DeploymentHistory -State Failed -Since '2026-11-19 18:00'</code>
/// <para>The time has no zone and is local; -Verbose tells it in UTC.</para>
/// </example>
/// <example>
/// <para>Find the deployments of a commit.</para>
/// <code>Get-DeploymentHistory -Commit 4f2c9a1</code>
/// <para>The beginning of the commit's hash is enough.</para>
/// </example>
/// <example>
/// <para>Show where a rollback could go.</para>
/// <code>Get-DeploymentHistory -All | Where-Object IsCandidate</code>
/// </example>
/// <example>
/// <para>See for which of the newest ones the tests passed.</para>
/// <code>Get-DeploymentHistory -First 5 -Checks | Format-Table Id, Commit, Checks</code>
/// </example>
/// <seealso cref="TestRollbackNeededCommand"/>
/// <seealso cref="InvokeRollbackCommand"/>
/// <seealso cref="GetDeploymentLogCommand"/>
/// <seealso cref="TestDeploymentHealthCommand"/>
/// <seealso cref="BlockDeploymentCommand"/>
[Cmdlet(VerbsCommon.Get, "DeploymentHistory")]
[OutputType(typeof(Deployment))]
public sealed class GetDeploymentHistoryCommand : ContextCommand
{
    private const int DefaultFirst = 50;

    /// <summary>Gives only deployments whose id matches. Wildcards are allowed: <c>202611*</c>.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(Completion.DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>Gives only deployments whose commit matches. Wildcards are allowed, and a beginning is enough: <c>4f2c9a1</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? Commit { get; set; }

    /// <summary>Gives only deployments in one of these states.</summary>
    [Parameter]
    public DeploymentState[] State { get; set; } = [];

    /// <summary>Gives only deployments created at or after this time. A time without a zone is local.</summary>
    [Parameter]
    [Moment]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Gives at most this many deployments, the newest ones that match.</summary>
    [PSDefaultValue(Help = "50; every one that matches with -All, -Id or -Commit")]
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Gives every deployment, however many there are.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>
    /// Reads the checks of each deployment's commit on GitHub, too: whether its tests passed. It takes a section github in
    /// rollback.json, and two more requests for each deployment.
    /// </summary>
    [Parameter]
    public SwitchParameter Checks { get; set; }

    /// <summary>The project. It must be the one that the configuration in use is for.</summary>
    [PSDefaultValue(Help = "The configuration's own")]
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Project { get; set; }

    /// <summary>The environment to work on, as rollback.json names it, for example staging.</summary>
    [PSDefaultValue(Help = "The configuration's own, else production")]
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

        var checks = Checks
            ? new CheckedDeployments(context, (deployment, unread) => Warn($"The checks of {deployment.Id} were not read: {unread.Message}"))
            : null;
        var isFiltered = Id is not null || Commit is not null;
        var most = First ?? (All || isFiltered ? int.MaxValue : DefaultFirst);
        var page = new List<Deployment>();
        var query = new DeploymentQuery
        {
            Since = Since,
            States = State,
            First = isFiltered ? null : most,
            BeforeMore = GivePageAsync,
        };
        var (given, hasCurrent) = (0, false);
        var matching = MatchingAsync(history.ReadAsync(query, cancellationToken));
        await foreach (var deployment in checks is null ? matching : checks.ReadAsync(matching, cancellationToken))
        {
            hasCurrent |= deployment.IsCurrent;
            page.Add(deployment);
            if (!context.Platform.GivesPages)
            {
                await GivePageAsync();
            }

            if (++given == most)
            {
                break;
            }
        }

        await GivePageAsync();
        // What is live is always part of the unfiltered picture, whatever its age.
        var isWhole = !isFiltered && Since is null && State.Length == 0 && First is null;
        if (isWhole && !hasCurrent && await history.FindCurrentAsync() is { } current)
        {
            await EmitAsync(checks is null ? current : await checks.ReadAsync(current, cancellationToken));
        }

        if (given == 0 && Id is not null && !WildcardPattern.ContainsWildcardCharacters(Id))
        {
            Report(new RollbackOpsException(ErrorId.DeploymentNotFound,
                $"There is no deployment '{Inert.Line(Id)}'.", "Look at Get-DeploymentHistory -All.", Id));
        }
        else if (given == 0 && isWhole)
        {
            Report(new RollbackOpsException(ErrorId.HistoryEmpty,
                $"{context.Platform.Name} holds no deployment of {context.Settings.Project}/{context.Settings.Environment} at all.",
                "Check the section platform of rollback.json.", context.Settings.Platform.Root));
        }

        // A page goes down the pipeline in one piece: a change of threads for each deployment costs more than all the rest. It
        // is taken before the next one is looked at.
        Task GivePageAsync()
        {
            var given = page;
            page = [];
            return given.Count == 0 ? Task.CompletedTask : OnPipelineAsync(() =>
            {
                given.ForEach(WriteObject);
                return true;
            });
        }
    }

    private async IAsyncEnumerable<Deployment> MatchingAsync(IAsyncEnumerable<Deployment> deployments)
    {
        await foreach (var deployment in deployments)
        {
            if (Matches(Id, deployment.Id, isPrefix: false) && Matches(Commit, deployment.Commit, isPrefix: true))
            {
                yield return deployment;
            }
        }
    }

    private static bool Matches(string? pattern, string? value, bool isPrefix) => pattern is null
        || (value is not null
            && new WildcardPattern(isPrefix && !WildcardPattern.ContainsWildcardCharacters(pattern) ? pattern + "*" : pattern,
                WildcardOptions.IgnoreCase).IsMatch(value));
}
