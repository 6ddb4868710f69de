using System.Globalization;
using System.Management.Automation;
using RollbackOps;
using RollbackOps.Databases;
using RollbackOps.Rollbacks;

namespace RollbackTools.Commands;

/// <summary>A cmdlet that swaps another database in.</summary>
public abstract class RestoringCommand : DatabaseCommand
{
    /// <summary>Why, in a few words; it stands in the record.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = string.Empty;

    /// <summary>
    /// Overrides the gate that refuses where it cannot be proven that nobody has the database open (DatabaseInUse): a SQLite
    /// file with a rollback journal, whose idle connections show only in the operating system's list, which without root
    /// shows one's own processes only.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowUnseenConnections { get; set; }

    /// <summary>
    /// Ends the connections that are left when the database is closed for the swap (PostgreSQL), in place of refusing and
    /// naming them (DatabaseInUse). What they have not committed is rolled back.
    /// </summary>
    [Parameter]
    public SwitchParameter TerminateConnections { get; set; }

    /// <summary>
    /// Writes what was restored into the live file (SQLite), instead of renaming: whoever has it open stays. The live one is
    /// copied aside first, and nobody can write meanwhile, so that the outage grows with the size; the plan says so.
    /// </summary>
    [Parameter]
    public SwitchParameter InPlace { get; set; }

    /// <summary>Which way it goes.</summary>
    private protected abstract RestoreKind Kind { get; }

    /// <summary>The backup that is named, or null.</summary>
    private protected virtual string? SourceName => null;

    private protected override void Record(RollbackContext context, RollbackOpsException refusal, string reason) =>
        new AttemptRecorder(context).Record(Kind, refusal, reason, database: null, SourceName);

    /// <summary>
    /// Exports the writes that the swap leaves behind, once the services are up: the backup is restored once more, and what
    /// the kept database has and it has not is written to a folder, row by row, with a script that makes the one the other.
    /// LostChanges of the result says where and how much. That it fails, or is stopped, fails nothing else.
    /// </summary>
    [Parameter]
    public SwitchParameter ExportLostChanges { get; set; }

    /// <summary>The folder that -ExportLostChanges makes its own folder in. What is exported is the users' data.</summary>
    [PSDefaultValue(Help = "lost-changes/ in the state folder")]
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LostChangesFolder { get; set; }

    /// <summary>Plans, asks, and carries out; the result first, then at most one error.</summary>
    private protected async Task RestoreAsync(
        bool isPreview,
        string? environment,
        Func<DatabaseContext, Task<DatabaseRestorePlan>> makePlan,
        CancellationToken cancellationToken)
    {
        var context = OpenDatabase(environment: environment);
        var runner = new RestoreRunner(context, Tell);
        DatabaseRestorePlan? plan = null;
        try
        {
            if (runner.Unfinished is { } unfinished && !await TakeUpAsync(runner, unfinished, isPreview))
            {
                return;
            }

            plan = await makePlan(context);
            if (await OnPipelineAsync(() => IsApproved(plan)))
            {
                await EmitOutcomeAsync(await runner.RunAsync(plan, cancellationToken));
            }
            else if (isPreview)
            {
                await EmitAsync(plan);
            }
        }
        catch (RollbackOpsException refusal) when (!isPreview)
        {
            await EmitAsync(new RestoreRefusal(context, Tell).Record(refusal, Kind, Reason, plan, SourceName));
            Report(refusal);
        }
    }

    /// <summary>Takes up what a crash left. Gives whether what was called for is still to be done.</summary>
    private async Task<bool> TakeUpAsync(RestoreRunner runner, RestoreAttempt unfinished, bool isPreview)
    {
        var act = $"Take up {unfinished.Plan.Id} ({unfinished.Plan}), which was cut off";
        if (!await OnPipelineAsync(() => ShouldProcess(act, act, MyInvocation.MyCommand.Name)))
        {
            if (isPreview)
            {
                await EmitAsync(unfinished.Plan);
            }

            return false;
        }

        var result = await runner.TakeUpAsync(unfinished);
        if (result.Status is RestoreStatus.Failed or RestoreStatus.Interrupted)
        {
            Warn($"{unfinished.Plan.Id} had been cut off: {result.Message} Starting over.");
            return true;
        }

        if (result.Status == RestoreStatus.Unfinished)
        {
            await EmitOutcomeAsync(result);
            return false;
        }

        Warn($"{unfinished.Plan.Id} had been cut off after its swap and is finished now. Call it again for anything else.");
        await EmitOutcomeAsync(result);
        return false;
    }

    /// <summary>What both ways have in common.</summary>
    private protected RestoreRequest NewRequest()
    {
        if (LostChangesFolder is not null && !ExportLostChanges)
        {
            throw new RollbackOpsException(ErrorId.InvalidArgument,
                "-LostChangesFolder says where to, and -ExportLostChanges is missing.", "Add -ExportLostChanges.", LostChangesFolder);
        }

        return new RestoreRequest
        {
            Reason = Reason,
            AllowUnseenConnections = AllowUnseenConnections,
            TerminateConnections = TerminateConnections,
            InPlace = InPlace,
            ExportLostChanges = ExportLostChanges,
            LostChangesFolder = LostChangesFolder is null ? null : ResolvePath(LostChangesFolder),
        };
    }

    private bool IsApproved(DatabaseRestorePlan plan)
    {
        var act = plan.Kind == RestoreKind.Undo
            ? $"Swap {plan.Side} back to {plan.Database}"
            : string.Create(CultureInfo.InvariantCulture,
                $"Restore {plan.Database} from {plan.Backup!.Name}; {plan.LostWrites.TotalMinutes:0} minutes of writes will be missing");
        var question = string.Join('\n', new[] { act, $"Order:   {plan.Order}", $"Reason:  {plan.Reason}", $"Kept:    {plan.Kept}" }
            .Concat(plan.Overrides.Select(one => $"Override: {one.Name}"))
            .Concat(plan.Warnings.Select(warning => $"Warning: {warning}")));
        return ShouldProcess(act, question, MyInvocation.MyCommand.Name);
    }

    private async Task EmitOutcomeAsync(DatabaseRestoreResult result)
    {
        // After a stop nothing that a cmdlet writes arrives; the host's own line does (S20).
        if (result.Status == RestoreStatus.Interrupted)
        {
            Say($"Stopped. {result.RestoreId}: {result.Message}");
        }
        else if (result.LostChanges is { IsStopped: true, Error: { } stopped })
        {
            Say($"{result.RestoreId}: {result.Status}. {stopped} Kept: {result.LostChanges.Database}");
        }

        await EmitAsync(result);
        if (result.Error is { } error)
        {
            Report(new RollbackOpsException(error, result.Message ?? result.Status.ToString(),
                result.NextStep ?? "Look at the result's steps.", result));
        }
    }
}
