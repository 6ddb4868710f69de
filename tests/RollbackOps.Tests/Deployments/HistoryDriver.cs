using RollbackOps.Deployments;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Deployments;

/// <summary>What can happen to a project.</summary>
internal enum Happening
{
    Deploy,
    FailedBuild,
    LiftPin,
    Block,
    Unblock,
    RollBack,
    RollBackFurther,
    RollBackToNamed,
    Undo,
    RollBackAndUndo,
}

/// <summary>One thing that happens, to the release of a number, and how long it stays so.</summary>
internal sealed record Turn(Happening Happening, int Pick, int Minutes, bool IsSick);

/// <summary>Plays a history through the real planner and runner and holds every choice against the model.</summary>
internal sealed class HistoryDriver
{
    private readonly World _world = new();
    private readonly HistoryModel _model = new();

    /// <summary>Makes one.</summary>
    /// <param name="hasOwnAddresses">Whether targets can be probed before the switch (S6).</param>
    public HistoryDriver(bool hasOwnAddresses) => _world.Platform.HasOwnAddresses = hasOwnAddresses;

    public int Choices { get; private set; }

    public int Undos { get; private set; }

    /// <summary>How often nothing showed that the choice works.</summary>
    public int Unproven { get; private set; }

    public async Task PlayAsync(IEnumerable<Turn> turns)
    {
        Deploy(DeploymentState.Ready, isSick: false);
        Deploy(DeploymentState.Ready, isSick: false);
        foreach (var turn in turns)
        {
            _world.Clock.Pass(TimeSpan.FromMinutes(turn.Minutes));
            await DoAsync(turn);
            Assert.Equal(_model.Current.Id, _world.Platform.Current);
            Assert.Equal(_model.Current.Id, _world.Platform.Served);
        }

        Assert.Equal(_model.Choice()?.Id, await _world.NextChoiceAsync());
    }

    private async Task DoAsync(Turn turn)
    {
        var picked = _model.Releases[turn.Pick % _model.Releases.Count];
        switch (turn.Happening)
        {
            case Happening.Deploy:
                Deploy(DeploymentState.Ready, turn.IsSick);
                break;
            case Happening.FailedBuild:
                Deploy(turn.IsSick ? DeploymentState.Canceled : DeploymentState.Failed, isSick: false);
                break;
            case Happening.LiftPin:
                _world.Platform.Pin = null;
                break;
            case Happening.Block:
                Mark(picked, isBad: true);
                break;
            case Happening.Unblock:
                Mark(picked, isBad: false);
                break;
            case Happening.RollBack:
                await RollBackAsync(further: false);
                break;
            case Happening.RollBackFurther:
                await RollBackAsync(further: true);
                break;
            case Happening.RollBackToNamed:
                await RollBackToAsync(picked);
                break;
            case Happening.Undo:
                await UndoAsync();
                break;
            case Happening.RollBackAndUndo:
                await RollBackAndUndoAsync();
                break;
        }
    }

    private void Deploy(DeploymentState state, bool isSick)
    {
        var id = $"v{_model.Releases.Count + 1}";
        // A deploy script heeds the pin (S11): what it builds meanwhile never serves.
        var goesLive = state == DeploymentState.Ready && _world.Platform.Pin is null;
        var release = _model.Built(goesLive ? _world.Platform.Deploy(id) : _world.Platform.Add(id, state));
        if (goesLive)
        {
            _model.Live(release, _world.Clock.Now);
        }

        if (isSick)
        {
            _world.Prober.Sick.Add(id);
        }
    }

    private void Mark(HistoryModel.Release release, bool isBad)
    {
        var marks = new DeploymentMarks(_world.Context);
        var deployment = _world.Platform.Deployments.Single(one => one.Id == release.Id);
        if (isBad)
        {
            marks.Block(deployment, "seen to be bad");
        }
        else
        {
            marks.Unblock(deployment with { Mark = _world.Ledger.Marks.GetValueOrDefault(release.Id) }, "seen to be good");
        }

        release.MarkedBy = isBad ? "a person" : null;
    }

    private bool PassesItsProbe(string id) => _world.Platform.HasOwnAddresses && !_world.Prober.Sick.Contains(id);

    private bool FailsItsProbe(string id) => _world.Platform.HasOwnAddresses && _world.Prober.Sick.Contains(id);

    /// <summary>Rolls back to where nobody says; false when that was refused.</summary>
    private async Task<bool> RollBackAsync(bool further)
    {
        var expected = _model.Choice();
        RollbackPlan plan;
        try
        {
            plan = await _world.PlanAsync(further: further);
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.NoEligibleTarget)
        {
            Assert.Null(expected);
            return false;
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.TargetUnhealthy)
        {
            Assert.True(FailsItsProbe(expected!.Id));
            return false;
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.TargetUnproven)
        {
            Assert.False(_model.IsTrusted(expected!) || PassesItsProbe(expected!.Id));
            Unproven++;
            return false;
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.RecentlyRolledBack)
        {
            Assert.False(further);
            Assert.NotNull(_model.Standing);
            var isPinned = _world.Platform.Pin?.RollbackId == _model.Standing.RollbackId;
            Assert.True(isPinned || _world.Clock.Now - _model.Standing.At < TimeSpan.FromMinutes(30));
            return false;
        }

        Assert.Equal(expected?.Id, plan.Target.Id);
        Assert.True(_model[plan.Target.Id].Number < _model.Current.Number, "an automatic choice went forward");
        Assert.True(_model.IsTrusted(expected!) || PassesItsProbe(plan.Target.Id), "nothing shows that the choice works");
        Choices++;
        await CarryOutAsync(plan);
        return true;
    }

    private async Task RollBackToAsync(HistoryModel.Release named)
    {
        try
        {
            var plan = await _world.PlanAsync(named.Id);
            if (named == _model.Current)
            {
                var result = await _world.RunAsync(plan);
                Assert.Contains(result.Status, new[] { RollbackStatus.AlreadyCurrent, RollbackStatus.Unhealthy });
                return;
            }

            await CarryOutAsync(plan);
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.TargetNotEligible)
        {
            Assert.False(named.IsReady);
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.TargetUnhealthy)
        {
            Assert.True(FailsItsProbe(named.Id));
        }
    }

    private async Task CarryOutAsync(RollbackPlan plan)
    {
        var result = await _world.RunAsync(plan);
        var isSick = _world.Prober.Sick.Contains(plan.Target.Id);
        Assert.Equal(isSick ? RollbackStatus.Unhealthy : RollbackStatus.Succeeded, result.Status);
        _model.RolledBack(plan.Id, _model[plan.Target.Id], !isSick, _world.Clock.Now);
    }

    private async Task UndoAsync()
    {
        var standing = _model.Standing;
        try
        {
            var plan = await _world.PlanUndoAsync();
            Assert.Equal(standing!.RollbackId, plan.UndoOf);
            await _world.RunAsync(plan);
            _model.Undone(standing, !_world.Prober.Sick.Contains(plan.Target.Id), _world.Clock.Now);
            Undos++;
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.NothingToUndo)
        {
            Assert.Null(standing);
        }
        catch (RollbackOpsException refused) when (refused.Id == ErrorId.WorldChanged)
        {
            Assert.NotEqual(standing!.Target, _model.Current);
        }
    }

    /// <summary>Undone at once, a rollback leaves no trace but its records.</summary>
    private async Task RollBackAndUndoAsync()
    {
        var before = (_world.Platform.Current, _world.Platform.Pin, await _world.NextChoiceAsync());
        var marks = _world.Ledger.Marks;
        if (!await RollBackAsync(further: true))
        {
            return;
        }

        await UndoAsync();
        Assert.Equal(before, (_world.Platform.Current, _world.Platform.Pin, await _world.NextChoiceAsync()));
        Assert.Equal(marks, _world.Ledger.Marks);
    }
}
