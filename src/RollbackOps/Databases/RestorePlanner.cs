using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>What a restore is asked for.</summary>
internal sealed record RestoreRequest
{
    public required string Reason { get; init; }

    /// <summary>Whether services go on until the swap (S30).</summary>
    public bool KeepServing { get; init; }

    /// <summary>Goes on with a backup of another database (S31).</summary>
    public bool AllowForeignBackup { get; init; }

    /// <summary>Goes on when audit queries fail on what was restored. The engine's own checks have no override.</summary>
    public bool AllowFailedAudits { get; init; }

    /// <summary>Goes on where connections may be there that the operating system does not show.</summary>
    public bool AllowUnseenConnections { get; init; }

    /// <summary>Ends the connections that are left when the database is closed.</summary>
    public bool TerminateConnections { get; init; }

    /// <summary>Writes into the live database instead of renaming: connections stay.</summary>
    public bool InPlace { get; init; }

    /// <summary>Leaves out what a plain SQL dump says about the database as a whole.</summary>
    public bool SkipDatabaseCommands { get; init; }

    /// <summary>How far the closing of the live database may go.</summary>
    public FenceOptions ToFence() => new(AllowUnseenConnections, TerminateConnections, InPlace);

    /// <summary>Exports what the swap leaves behind, once the services are up.</summary>
    public bool ExportLostChanges { get; init; }

    /// <summary>The folder to export it to, absolute; null for <c>lost-changes/</c> in the state folder.</summary>
    public string? LostChangesFolder { get; init; }
}

/// <summary>Makes a restore's plan from what is there. It changes nothing.</summary>
internal sealed class RestorePlanner
{
    private readonly DatabaseContext _context;

    public RestorePlanner(DatabaseContext context) => _context = context;

    /// <summary>Plans a restore.</summary>
    /// <exception cref="RollbackOpsException">
    /// <see cref="ErrorId.BackupInvalid"/>, <see cref="ErrorId.BackupForeign"/>, <see cref="ErrorId.SpaceMissing"/>, or the
    /// database cannot be looked at.
    /// </exception>
    public async Task<DatabaseRestorePlan> PlanAsync(
        DatabaseBackup backup, RestoreRequest request, CancellationToken cancellationToken)
    {
        var overrides = new List<PlanOverride>();
        var warnings = new List<string>();
        RequireUsable(backup);
        await RequireOwnAsync(backup, request, overrides, warnings, cancellationToken);
        RequireInPlace(request);
        Note(request.KeepServing, nameof(request.KeepServing), request, overrides);
        Note(request.AllowFailedAudits, nameof(request.AllowFailedAudits), request, overrides);
        Note(request.AllowUnseenConnections, nameof(request.AllowUnseenConnections), request, overrides);
        Note(request.TerminateConnections, nameof(request.TerminateConnections), request, overrides);
        Note(request.InPlace, nameof(request.InPlace), request, overrides);
        Note(request.SkipDatabaseCommands, nameof(request.SkipDatabaseCommands), request, overrides);

        var facts = await _context.Engine.InspectAsync(request.ToFence(), cancellationToken);
        RequireReadable(facts, request);
        var (size, scratch) = (UnpackedSize(backup, facts), request.ExportLostChanges ? UnpackedSize(backup, facts) : 0);
        if (request.InPlace)
        {
            warnings.Add(InPlaceWarning(backup, facts));
        }

        var needed = request.InPlace ? InPlaceSpace(facts, size, size, scratch) : size + scratch;
        RequireSpace(needed, scratch, facts);
        var now = _context.Clock.GetUtcNow();
        var order = request.KeepServing ? RestoreOrder.SwapOnly : RestoreOrder.StopFirst;
        warnings.AddRange(Warnings(backup, facts, order, request.InPlace, now));
        warnings.AddRange(facts.Notes);
        var id = NewId("restore", now);
        return new DatabaseRestorePlan
        {
            Id = id,
            Kind = RestoreKind.Restore,
            Project = _context.Project,
            Environment = _context.Environment,
            Database = _context.Engine.Place,
            Backup = backup,
            Order = order,
            InPlace = request.InPlace,
            Reason = request.Reason,
            CreatedAt = now,
            LostWrites = now - backup.CreatedAt,
            LiveSize = facts.Size,
            SpaceNeeded = needed,
            SpaceFree = facts.FreeSpace,
            Side = _context.Engine.SidePlace(id),
            Kept = _context.Engine.KeptPlace(id),
            LostChangesFolder = ExportFolder(request, id),
            LostChangesBackup = request.ExportLostChanges ? backup : null,
            Mode = facts.Mode,
            Steps = Number(
            [
                .. order == RestoreOrder.StopFirst
                    ? [.. Stop(request.InPlace), Aside(backup), Check(), .. Swap(request.InPlace), .. Start()]
                    : (IEnumerable<PlannedRestoreStep>)[Aside(backup), Check(), .. Stop(request.InPlace), .. Swap(request.InPlace), .. Start()],
                .. Dump(),
                .. Export(request, id),
            ]),
            Overrides = overrides,
            Warnings = warnings,
        };
    }

    /// <summary>Plans swapping back what a restore kept.</summary>
    /// <param name="restoreId">The restore, or null for the last one that stands.</param>
    /// <param name="request">Why, and which gates are overridden.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.NothingToUndo"/>.</exception>
    public async Task<DatabaseRestorePlan> PlanUndoAsync(string? restoreId, RestoreRequest request, CancellationToken cancellationToken)
    {
        var attempts = RestoreLedger.From(_context.Journal.Read()).Attempts;
        var attempt = restoreId is null
            ? attempts.LastOrDefault(one => one.Plan.Kind == RestoreKind.Restore && IsStanding(one))
            : attempts.FirstOrDefault(one => one.Plan.Id == restoreId);
        if (attempt is null || !IsStanding(attempt))
        {
            throw new RollbackOpsException(ErrorId.NothingToUndo,
                attempt is null
                    ? $"There is no restore{(restoreId is null ? "" : $" '{Inert.Line(restoreId)}'")} that could be undone."
                    : $"Restore {attempt.Plan.Id} is {attempt.ToResult().Status}{(attempt.UndoneBy is null ? "" : " and was undone")}; nothing it kept can be swapped back.",
                "Look at Get-RollbackLog and at the results of earlier restores.", restoreId);
        }

        RequireInPlace(request);
        var overrides = new List<PlanOverride>();
        Note(request.InPlace, nameof(request.InPlace), request, overrides);
        Note(request.AllowUnseenConnections, nameof(request.AllowUnseenConnections), request, overrides);
        Note(request.TerminateConnections, nameof(request.TerminateConnections), request, overrides);
        var facts = await _context.Engine.InspectAsync(request.ToFence(), cancellationToken);
        RequireReadable(facts, request);
        await RequireKeptAsync(attempt.Finished!.Kept!, cancellationToken);
        var scratch = request.ExportLostChanges && attempt.Plan.Backup is { } backup ? UnpackedSize(backup, facts) : 0;
        var needed = request.InPlace ? InPlaceSpace(facts, 0, _context.Engine.OpenSide(attempt.Finished.Kept!).Size, scratch) : scratch;
        RequireSpace(needed, scratch, facts);
        var now = _context.Clock.GetUtcNow();
        var id = NewId("undo", now);
        return new DatabaseRestorePlan
        {
            Id = id,
            Kind = RestoreKind.Undo,
            Project = _context.Project,
            Environment = _context.Environment,
            Database = _context.Engine.Place,
            UndoOf = attempt.Plan.Id,
            Order = RestoreOrder.SwapOnly,
            InPlace = request.InPlace,
            Reason = request.Reason,
            CreatedAt = now,
            LostWrites = now - attempt.StartedAt,
            LiveSize = facts.Size,
            SpaceNeeded = needed,
            SpaceFree = facts.FreeSpace,
            Side = attempt.Finished!.Kept!,
            Kept = _context.Engine.KeptPlace(id),
            LostChangesFolder = ExportFolder(request, id),
            LostChangesBackup = request.ExportLostChanges ? attempt.Plan.Backup : null,
            Mode = facts.Mode,
            Steps = Number([.. Stop(request.InPlace), .. Swap(request.InPlace), .. Start(), .. Export(request, id)]),
            Overrides = overrides,
            Warnings = ["What was written since the restore is in the database that is live now; it is kept beside, too.", .. facts.Notes],
        };
    }

    /// <summary>Looked at before any service is stopped.</summary>
    private async Task RequireKeptAsync(string kept, CancellationToken cancellationToken)
    {
        try
        {
            await _context.Engine.OpenSide(kept).PingAsync(cancellationToken);
        }
        catch (RollbackOpsException failure)
        {
            throw new RollbackOpsException(ErrorId.NothingToUndo,
                $"The database that was kept cannot take its place again: {failure.Message} Nothing was changed.",
                "Restore a backup instead: Get-DatabaseBackup, Restore-Database.", kept, failure);
        }
    }

    private static bool IsStanding(RestoreAttempt attempt) => attempt.UndoneBy is null
        && attempt.Finished is { Kept: not null, Status: RestoreStatus.Succeeded or RestoreStatus.Unhealthy };

    private void RequireUsable(DatabaseBackup backup)
    {
        if (backup.Status is BackupStatus.Damaged or BackupStatus.Failed || !_context.Engine.CanRestore(backup.Format))
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                backup.Status is BackupStatus.Damaged or BackupStatus.Failed
                    ? $"The backup '{backup.Name}' is {backup.Status}: {backup.Detail} Nothing was changed."
                    : $"The backup '{backup.Name}' is of the format {backup.Format}, which {_context.Engine.Name} does not restore here. Nothing was changed.",
                "Choose another: Get-DatabaseBackup.", backup);
        }

        if (!Path.Exists(backup.Path))
        {
            throw new RollbackOpsException(ErrorId.BackupInvalid,
                $"The backup '{backup.Name}' is not there any more: {backup.Path}. Nothing was changed.",
                "Look where it went (a volume that is not mounted?), or choose another: Get-DatabaseBackup.", backup);
        }
    }

    /// <summary>The wrong-database guard (S31).</summary>
    private async Task RequireOwnAsync(
        DatabaseBackup backup, RestoreRequest request, List<PlanOverride> overrides, List<string> warnings, CancellationToken cancellationToken)
    {
        var origin = backup.Manifest switch
        {
            null => await _context.Engine.ReadForeignNameAsync(backup.ToSource(), cancellationToken) is { } name ? $"the database '{name}'" : null,
            { } own when own.Project == _context.Project && own.Environment == _context.Environment
                && own.Engine == _context.Engine.Name && own.Database == _context.Engine.Place => null,
            { } other => $"{other.Project}/{other.Environment}, {other.Engine} {other.Database} on {other.Host}",
        };
        if (backup.Manifest is null)
        {
            warnings.Add($"{backup.Name} has no manifest: nothing proves that it is of this database, or whole.");
        }

        if (origin is null)
        {
            return;
        }

        if (!request.AllowForeignBackup)
        {
            throw new RollbackOpsException(ErrorId.BackupForeign,
                $"The backup '{backup.Name}' is of {origin}, and not of {_context.Project}/{_context.Environment}, {_context.Engine.Name} {_context.Engine.Place}. Nothing was changed.",
                "Choose one of this database, or go on with -AllowForeignBackup -Reason.", backup);
        }

        Note(isOverridden: true, nameof(request.AllowForeignBackup), request, overrides);
    }

    private void RequireInPlace(RestoreRequest request)
    {
        if (request.InPlace && !_context.Engine.CanSwapInPlace)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnsuitable,
                $"{_context.Engine.Name} does not write into the live database: it swaps by rename, in a moment at any size. Nothing was changed.",
                "Leave -InPlace out; -TerminateConnections ends connections that are left.", _context.Engine.Place);
        }
    }

    /// <summary>What cannot be read can be renamed away, but not be copied aside and written into.</summary>
    private void RequireReadable(LiveFacts facts, RestoreRequest request)
    {
        if (facts.Fault is { } fault && request.InPlace)
        {
            throw new RollbackOpsException(ErrorId.DatabaseUnreadable,
                $"The live database cannot be read ({fault}), and so not be copied aside before it is written into. Nothing was changed.",
                "Leave -InPlace out: it is then renamed, and kept as it is.", _context.Engine.Place);
        }
    }

    /// <summary>What a packed or plain dump unpacks to is not known; the live database is the best measure there is.</summary>
    private static long UnpackedSize(DatabaseBackup backup, LiveFacts facts) =>
        backup.Format == BackupFormat.SqliteFile ? backup.Size : Math.Max(backup.Size, facts.Size);

    /// <summary>
    /// Beside what is restored, the copy that is kept, and the journal of writing into the live one; the last two of them
    /// are gone when the scratch of an export comes.
    /// </summary>
    private static long InPlaceSpace(LiveFacts facts, long restored, long written, long scratch) =>
        Math.Max(restored + facts.Size + Math.Max(written, facts.Size), Math.Max(written, facts.Size) + scratch);

    /// <summary>An export that fails, fails nothing; one that fills the volume of a live database does.</summary>
    private void RequireSpace(long needed, long scratch, LiveFacts facts)
    {
        if (facts.FreeSpace is { } free && free < needed)
        {
            throw new RollbackOpsException(ErrorId.SpaceMissing,
                $"The restore needs {StepTeller.Size(needed)} beside the live database, and {StepTeller.Size(free)} are free there. Nothing was changed.",
                "Free some space on that volume; the live database stays there as the kept one."
                + (scratch == 0 ? "" : $" Or leave -ExportLostChanges out, which takes {StepTeller.Size(scratch)} of it: the kept database has the lost writes all the same."),
                _context.Engine.Place);
        }
    }

    private static string InPlaceWarning(DatabaseBackup backup, LiveFacts facts) => string.Create(CultureInfo.InvariantCulture,
        $"In place, nobody can write while {StepTeller.Size(facts.Size)} are copied aside and {StepTeller.Size(backup.Size)} are written{(backup.RestoreTime is { } time ? $", {2 * time.TotalSeconds:0} s or more" : "")}: the outage grows with the size.");

    private static void Note(bool isOverridden, string name, RestoreRequest request, List<PlanOverride> overrides)
    {
        if (isOverridden)
        {
            overrides.Add(new PlanOverride { Name = name, Reason = request.Reason });
        }
    }

    private IEnumerable<string> Warnings(DatabaseBackup backup, LiveFacts facts, RestoreOrder order, bool isInPlace, DateTimeOffset now)
    {
        if (backup.Status is BackupStatus.Untested or BackupStatus.Unverified)
        {
            yield return $"{backup.Name} was never restored before; how long it takes is not known.";
        }

        if (order == RestoreOrder.SwapOnly)
        {
            yield return backup.RestoreTime is { } time
                ? string.Create(CultureInfo.InvariantCulture, $"The corrupt data goes on being served for about {time.TotalSeconds:0} s; what is written meanwhile stays in the kept database.")
                : "The corrupt data goes on being served until the swap; what is written meanwhile stays in the kept database.";
        }

        if (_context.Database.Stop is null && !isInPlace)
        {
            yield return "No command stops the services (database.stop): whoever has the database open makes the swap be refused.";
        }

        if (facts.Fault is { } fault)
        {
            yield return $"The live database cannot be read ({fault}); it is kept as it is.";
        }

        if (backup.CreatedAt > now)
        {
            yield return $"{backup.Name} claims to be from the future ({backup.CreatedAt:u}).";
        }

        if (facts.Fault is null && backup.Manifest is { } manifest && manifest.MigrationLevel != facts.MigrationLevel)
        {
            yield return $"The schema of the backup is at '{manifest.MigrationLevel ?? "(unknown)"}', the live one at '{facts.MigrationLevel ?? "(unknown)"}': the application has to fit the older one.";
        }
    }

    private IEnumerable<PlannedRestoreStep> Stop(bool isInPlace) =>
    [
        .. Hook(_context.Database.Stop, RestoreStepKind.StopServices, "Stop the services"),
        Step(RestoreStepKind.Fence, isInPlace
            ? $"Close {_context.Engine.Place} to other writers; connections stay"
            : $"Close {_context.Engine.Place} to everybody else; prove that nobody writes"),
    ];

    private static PlannedRestoreStep Aside(DatabaseBackup backup) =>
        Step(RestoreStepKind.RestoreAside, $"Restore {backup.Name} ({StepTeller.Size(backup.Size)}) beside the live database") with
        {
            Estimate = backup.RestoreTime,
        };

    private static PlannedRestoreStep Check() =>
        Step(RestoreStepKind.Check, "Check what was restored: integrity, row counts, audit queries");

    private IEnumerable<PlannedRestoreStep> Swap(bool isInPlace) =>
    [
        Step(RestoreStepKind.Swap, string.Create(CultureInfo.InvariantCulture,
            $"{(isInPlace ? "Copy the live database aside under one lock, then write it into the live one in one transaction" : "Swap it in by rename; the database that is live now is kept")}; ids go on {_context.Database.Postgres?.SequenceReserve ?? DatabaseSettings.DefaultIdReserve} beyond those it gave")),
        Step(RestoreStepKind.Verify, $"Open {_context.Engine.Place} again"),
    ];

    private IEnumerable<PlannedRestoreStep> Start() =>
    [
        .. Hook(_context.Database.Start, RestoreStepKind.StartServices, "Start the services"),
        .. Hook(_context.Database.Smoke, RestoreStepKind.Smoke, "Run the smoke test; if it fails, swap back"),
    ];

    private IEnumerable<PlannedRestoreStep> Dump() => _context.Engine.DumpsKept
        ? [Step(RestoreStepKind.DumpKept, "Dump the kept database for analysis; that this fails, fails nothing")]
        : [];

    private string? ExportFolder(RestoreRequest request, string id) => request.ExportLostChanges
        ? Path.Combine(request.LostChangesFolder ?? Path.Combine(_context.Context.Store.Location, "lost-changes"), id)
        : null;

    private IEnumerable<PlannedRestoreStep> Export(RestoreRequest request, string id) => ExportFolder(request, id) is { } folder
        ? [Step(RestoreStepKind.ExportLostChanges, $"Restore the backup once more, and export what the kept database has and it has not to {folder}")]
        : [];

    private static IEnumerable<PlannedRestoreStep> Hook(
        Configuration.CommandSettings? command, RestoreStepKind kind, string what) => command is null
            ? []
            : [Step(kind, $"{what}: {string.Join(' ', command.Command)}")];

    private static PlannedRestoreStep Step(RestoreStepKind kind, string description) =>
        new() { Number = 0, Kind = kind, Description = description };

    private static List<PlannedRestoreStep> Number(IEnumerable<PlannedRestoreStep> steps) =>
        [.. steps.Select((step, index) => step with { Number = index + 1 })];

    private static string NewId(string kind, DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture,
        $"{kind}-{now.UtcDateTime:yyyyMMddTHHmmss}Z-{Guid.NewGuid().ToString("N")[..4]}");
}
