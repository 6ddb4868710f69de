using RollbackOps.Rollbacks;

namespace RollbackOps.Databases;

/// <summary>
/// One restore under a lease. Until the swap, whatever goes wrong leaves the live database as it was and the services
/// running; from the swap on it goes through to the end, or back (S30).
/// </summary>
internal sealed class RestoreRun : IAsyncDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private readonly DatabaseContext _context;
    private readonly DatabaseRestorePlan _plan;
    private readonly RestoreRecorder _recorder;
    private readonly RestoreServices _services;
    private readonly RestoreOutage _outage;
    private ISideDatabase? _side;
    private IReadOnlyDictionary<string, long>? _rowsAfter;
    private CancellationToken _stopsExport;

    public RestoreRun(DatabaseContext context, DatabaseRestorePlan plan, RestoreRecorder recorder)
    {
        _context = context;
        _plan = plan;
        _recorder = recorder;
        _services = new RestoreServices(context);
        _outage = new RestoreOutage(context, recorder, _services);
    }

    /// <summary>Carries the plan out.</summary>
    /// <param name="cancellationToken">
    /// Stops it before the swap; after it, it goes through to the end, but for the dump of what was kept.
    /// </param>
    public async Task<DatabaseRestoreResult> CarryOutAsync(CancellationToken cancellationToken)
    {
        var isReady = false;
        _stopsExport = cancellationToken;
        try
        {
            _side = _plan.Kind == RestoreKind.Undo ? _context.Engine.OpenSide(_plan.Side) : null;
            foreach (var step in _plan.Steps.TakeWhile(step => step.Kind != RestoreStepKind.Swap))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await DoAsync(step, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            isReady = true;
            await DoAsync(_plan.Steps.First(step => step.Kind == RestoreStepKind.Swap), CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !isReady)
        {
            return await EndUnswappedAsync(new RestoreFinishedData
            {
                Status = RestoreStatus.Interrupted,
                Message = "It was stopped before the swap. The live database is as it was.",
                NextStep = CallAgain,
            });
        }
        catch (Exception thrown)
        {
            var failure = UnforeseenFailure.Of(thrown, "The restore");
            if (isReady)
            {
                if (await IsGoneAsync())
                {
                    return await CutOffAsync(failure);
                }

                if (await _context.Engine.IsSwappedAsync(_plan.Side, _plan.Kept, _plan.InPlace, CancellationToken.None))
                {
                    return await FinishAsync([], failure);
                }
            }

            return await EndUnswappedAsync(RestoreFinishedData.Of(RestoreStatus.Failed, failure, $"{failure.Message} The live database is as it was."));
        }

        return await FinishAsync(AfterSwap);
    }

    /// <summary>Finishes a restore that was cut off after its swap.</summary>
    public async Task<DatabaseRestoreResult> FinishCutOffAsync(RestoreAttempt attempt)
    {
        await ReopenAsync();
        var swap = _plan.Steps.First(step => step.Kind == RestoreStepKind.Swap);
        if (attempt.Steps.GetValueOrDefault(swap.Number) is not { Status: StepStatus.Done })
        {
            _recorder.Done(swap, $"found made, by who was cut off; kept: {_plan.Kept}");
        }

        // What was begun and not seen to end is done again: each of these may be done twice.
        return await FinishAsync(AfterSwap.Where(step => attempt.Steps.GetValueOrDefault(step.Number) is not { Status: StepStatus.Done }));
    }

    /// <summary>Cleans up after a restore that was cut off before its swap: the live database was never touched.</summary>
    public async Task<DatabaseRestoreResult> AbandonCutOffAsync(RestoreAttempt attempt)
    {
        _services.IsStopped = attempt.HasBegun(RestoreStepKind.StopServices);
        if (_plan.Kind == RestoreKind.Restore && attempt.HasBegun(RestoreStepKind.RestoreAside))
        {
            _side = _context.Engine.OpenSide(_plan.Side);
        }

        return await EndUnswappedAsync(new RestoreFinishedData
        {
            Status = RestoreStatus.Failed,
            Message = "It was cut off before the swap. The live database is as it was.",
            NextStep = CallAgain,
        });
    }

    /// <summary>Finishes swapping back, which was cut off.</summary>
    public async Task<DatabaseRestoreResult> FinishSwapBackAsync()
    {
        _services.IsStopped = _context.Database.Stop is not null;
        var cause = new RollbackOpsException(ErrorId.VerificationFailed,
            "What was restored did not serve, and swapping back was cut off.", "Choose another backup: Get-DatabaseBackup.");
        if (!await IsSwappedBackAsync())
        {
            await _context.Engine.MendAsync(_plan.Kept, _plan.Rejected, _plan.Mode, _plan.InPlace, CancellationToken.None);
            return await SwapBackAsync(cause);
        }

        await ReopenAsync();
        return await EndSwappedBackAsync(cause);
    }

    public ValueTask DisposeAsync() => _outage.DisposeAsync();

    private Task ReopenAsync() => _recorder.TryAsync(
        "What waits before the database goes on waiting", () => _context.Engine.ReopenAsync(CancellationToken.None));

    private async Task DoAsync(PlannedRestoreStep step, CancellationToken cancellationToken)
    {
        _recorder.Intended(step, s_deadline);
        try
        {
            _recorder.Done(step, step.Kind switch
            {
                RestoreStepKind.StopServices => await _outage.StopAsync(cancellationToken),
                RestoreStepKind.Fence => await _outage.CloseAsync(FenceOptions, cancellationToken),
                RestoreStepKind.RestoreAside => await RestoreAsideAsync(cancellationToken),
                RestoreStepKind.Check => await CheckAsync(cancellationToken),
                RestoreStepKind.Swap => await SwapAsync(),
                RestoreStepKind.Verify => await VerifyAsync(),
                RestoreStepKind.StartServices => await _outage.StartAsync(),
                RestoreStepKind.Smoke => await _services.TryOutAsync(),
                _ => throw new InvalidOperationException(step.Kind.ToString()),
            });
        }
        catch (Exception thrown) when (thrown is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var failure = UnforeseenFailure.Of(thrown, step.Description);
            _recorder.Failed(step, failure);
            throw failure;
        }
    }

    private async Task<string> RestoreAsideAsync(CancellationToken cancellationToken)
    {
        // What is begun and fails is removed, too.
        _side = _context.Engine.OpenSide(_plan.Side);
        _side = await _context.Engine.RestoreAsideAsync(
            _plan.Backup!.ToSource() with { SkipsDatabaseCommands = IsOverridden(nameof(RestoreRequest.SkipDatabaseCommands)) },
            _plan.Side, _recorder.Bytes, cancellationToken);
        return $"{StepTeller.Size(_side.Size)} at {_side.Place}";
    }

    private async Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        var told = await RestoredCheck.RequireAsync(
            _context, _side!, _plan.Backup!, IsOverridden(nameof(RestoreRequest.AllowFailedAudits)), cancellationToken);
        _rowsAfter = await _side!.CountRowsAsync(cancellationToken);
        return told;
    }

    private async Task<string> SwapAsync()
    {
        await _outage.Fence!.SwapAsync(_side!, _plan.Kept, CancellationToken.None);
        return _outage.Fence.Reserved is { } reserved ? $"kept: {_plan.Kept}; {reserved}" : $"kept: {_plan.Kept}";
    }

    private async Task<string> VerifyAsync()
    {
        await _outage.OpenAsync();
        var version = await _context.Engine.Live.PingAsync(CancellationToken.None);
        if (_context.Database.Start is null)
        {
            _outage.End();
        }

        return $"{version} answers";
    }

    /// <summary>Everything from the swap on; what fails there swaps back.</summary>
    private async Task<DatabaseRestoreResult> FinishAsync(
        IEnumerable<PlannedRestoreStep> steps, RollbackOpsException? broken = null)
    {
        try
        {
            if (broken is not null)
            {
                throw broken;
            }

            foreach (var step in steps)
            {
                await DoAsync(step, CancellationToken.None);
            }
        }
        catch (Exception thrown)
        {
            var failure = UnforeseenFailure.Of(thrown, "What follows the swap");
            return await IsGoneAsync() ? await CutOffAsync(failure) : await SwapBackAsync(failure);
        }

        return await EndSwappedAsync(new RestoreFinishedData { Status = RestoreStatus.Succeeded, OutageMilliseconds = _outage.Milliseconds });
    }

    /// <summary>What was swapped in is live: what was kept is dumped, counted and exported, also where it does not serve.</summary>
    private async Task<DatabaseRestoreResult> EndSwappedAsync(RestoreFinishedData end)
    {
        await DropCopiedAsync();
        await new KeptDump(_context, _plan, _recorder).MakeAsync(_stopsExport);
        end = end with
        {
            Kept = _plan.Kept,
            RowsBefore = await CountAsync(_context.Engine.OpenSide(_plan.Kept)),
            RowsAfter = _rowsAfter ?? await CountAsync(_context.Engine.Live),
            LostChanges = await ExportAsync(_plan.Kept),
        };
        return end.LostChanges is { Error: { } unexported, IsStopped: false } && await IsGoneAsync()
            ? await CutOffAsync(new RollbackOpsException(ErrorId.DatabaseUnreachable, unexported, "Look at the server's log."))
            : _recorder.Finished(end);
    }

    private async Task<DatabaseRestoreResult> SwapBackAsync(RollbackOpsException cause)
    {
        var step = new PlannedRestoreStep
        {
            Number = _plan.Steps.Count + 1,
            Kind = RestoreStepKind.SwapBack,
            Description = "Swap the former database back",
        };
        try
        {
            _recorder.Intended(step, s_deadline);
            await _outage.OpenAsync();
            await _outage.BeginAgainAsync();
            await using (var fence = await _context.Engine.FenceAsync(FenceOptions, CancellationToken.None))
            {
                await fence.SwapAsync(_context.Engine.OpenSide(_plan.Kept), _plan.Rejected, CancellationToken.None);
            }

            _recorder.Done(step, $"the restored one is kept: {_plan.Rejected}");
        }
        catch (Exception thrown)
        {
            var failure = UnforeseenFailure.Of(thrown, step.Description);
            _recorder.Failed(step, failure);
            // Looked at, as after a crash: it may be its last bit that failed, or its record.
            var isBack = false;
            var told = await UnforeseenFailure.TellAsync("Looking at what is live", async () => isBack = await IsSwappedBackAsync());
            if (isBack)
            {
                return await EndSwappedBackAsync(cause, $" {failure.Message}");
            }

            if (await IsGoneAsync())
            {
                return await CutOffAsync(failure);
            }

            told += await UnforeseenFailure.TellAsync("Mending what was begun", () =>
                _context.Engine.MendAsync(_plan.Kept, _plan.Rejected, _plan.Mode, _plan.InPlace, CancellationToken.None));
            told += await _outage.StartAgainAsync();
            return await EndSwappedAsync(RestoreFinishedData.Of(RestoreStatus.Unhealthy, cause,
                $"{cause.Message} Swapping back was not possible: {failure.Message} The restored database is live.{told}") with
            {
                OutageMilliseconds = _outage.Milliseconds,
            });
        }

        return await EndSwappedBackAsync(cause);
    }

    private Task<bool> IsSwappedBackAsync() =>
        _context.Engine.IsSwappedAsync(_plan.Kept, _plan.Rejected, _plan.InPlace, CancellationToken.None);

    /// <summary>What was restored aside and then written into the live database is of no more use; a rename leaves none.</summary>
    private async Task DropCopiedAsync()
    {
        if (_plan is { InPlace: true, Kind: RestoreKind.Restore })
        {
            await _recorder.TryAsync("A copy is left", _context.Engine.OpenSide(_plan.Side).DropAsync);
        }
    }

    /// <summary>Nothing was swapped: the side database goes, the fence opens, the services run again.</summary>
    private async Task<DatabaseRestoreResult> EndUnswappedAsync(RestoreFinishedData end)
    {
        // Each for itself: one that fails keeps none of the others from being done.
        var told = await UnforeseenFailure.TellAsync("Opening the database again", _outage.OpenAsync)
            + await UnforeseenFailure.TellAsync("Putting the live database back", () =>
                _context.Engine.MendAsync(_plan.Side, _plan.Kept, _plan.Mode, _plan.InPlace, CancellationToken.None));
        if (_plan.Kind == RestoreKind.Restore && _side is not null)
        {
            told += await UnforeseenFailure.TellAsync("Removing what was restored aside", _side.DropAsync);
        }

        if (told.Length > 0 && await IsGoneAsync())
        {
            return await CutOffAsync(new RollbackOpsException(end.Error ?? ErrorId.DatabaseUnreachable, end.Message! + told, end.NextStep!));
        }

        told += await _outage.StartAgainAsync();
        return _recorder.Finished(end with { Message = end.Message + told, OutageMilliseconds = _outage.Milliseconds });
    }

    /// <summary>
    /// Whether the server cannot be asked any more how things stand. Then nothing can be put back or finished now, and no end
    /// is recorded: the next call takes it up (S16).
    /// </summary>
    private async Task<bool> IsGoneAsync()
    {
        try
        {
            await _context.Engine.IsSwappedAsync(_plan.Side, _plan.Kept, _plan.InPlace, CancellationToken.None);
            return false;
        }
        catch (Exception failure)
        {
            return failure is RollbackOpsException { Id: ErrorId.DatabaseUnreachable };
        }
    }

    private async Task<DatabaseRestoreResult> CutOffAsync(RollbackOpsException cause)
    {
        // It says again that the server does not answer.
        _ = await UnforeseenFailure.TellAsync("Opening the database again", _outage.OpenAsync);
        return _recorder.CutOff(cause, await _outage.StartAgainAsync());
    }

    private async Task<IReadOnlyDictionary<string, long>?> CountAsync(IDatabase database)
    {
        IReadOnlyDictionary<string, long>? rows = null;
        await _recorder.TryAsync(
            $"The rows of {database.Place} cannot be counted", async () => rows = await database.CountRowsAsync(CancellationToken.None));
        return rows;
    }

    private async Task<DatabaseRestoreResult> EndSwappedBackAsync(RollbackOpsException cause, string failed = "")
    {
        var told = failed + await _outage.StartAgainAsync();
        await DropCopiedAsync();
        var changes = await ExportAsync(_plan.Rejected);
        return _recorder.Finished(RestoreFinishedData.Of(RestoreStatus.SwappedBack, cause,
            $"{cause.Message} The former database was swapped back and is live; the restored one is kept at {_plan.Rejected}.{told}") with
        {
            LostChanges = changes,
            OutageMilliseconds = _outage.Milliseconds,
        });
    }

    private Task<LostChanges?> ExportAsync(string swappedOut) =>
        new LostChangesExporter(_context, _plan, _recorder).ExportAsync(swappedOut, _stopsExport);

    /// <summary>What has to succeed after the swap; the dump and the export of what it left behind have not.</summary>
    private IEnumerable<PlannedRestoreStep> AfterSwap => _plan.Steps.SkipWhile(step => step.Kind != RestoreStepKind.Verify)
        .TakeWhile(step => step.Kind is not (RestoreStepKind.DumpKept or RestoreStepKind.ExportLostChanges));

    private string CallAgain => $"Call {(_plan.Kind == RestoreKind.Undo ? "Undo-DatabaseRestore" : "Restore-Database")} again.";

    private FenceOptions FenceOptions => new(
        IsOverridden(nameof(RestoreRequest.AllowUnseenConnections)), IsOverridden(nameof(RestoreRequest.TerminateConnections)), _plan.InPlace);

    private bool IsOverridden(string gate) => _plan.Overrides.Any(one => one.Name == gate);
}
