namespace RollbackOps.Rollbacks;

/// <summary>The kinds of step a plan is made of.</summary>
public enum StepKind
{
    /// <summary>Production is switched to the target.</summary>
    Switch,

    /// <summary>The switched target is made to serve, for example by a restart.</summary>
    Activate,

    /// <summary>Waits until what is served is the target.</summary>
    AwaitServed,

    /// <summary>Promotion is pinned (S11).</summary>
    Pin,

    /// <summary>The pin is lifted.</summary>
    Unpin,

    /// <summary>Deployments in flight are cancelled (S9).</summary>
    Cancel,

    /// <summary>The deployment rolled away from is marked known bad (S2).</summary>
    Mark,

    /// <summary>The mark that the undone rollback set is lifted (S2).</summary>
    Unmark,

    /// <summary>What is served is verified from outside (S23).</summary>
    Verify,

    /// <summary>The commit that is live is tagged, so that nothing of it is lost.</summary>
    Tag,

    /// <summary>A commit is made that takes back what lies between the target and what is live (S22).</summary>
    Revert,

    /// <summary>The production branch is pushed, with its expected old value (S22).</summary>
    Push,

    /// <summary>The production branch is merged into the development branch.</summary>
    MergeBranch,

    /// <summary>The development branch is set to the production branch, with its expected old value (S22).</summary>
    ResetBranch,

    /// <summary>Runs of the deploy workflow are cancelled, so that the rollback does not wait behind them (S13).</summary>
    CancelRun,

    /// <summary>The workflow that rolls back is started.</summary>
    Dispatch,

    /// <summary>The workflow's run is followed to its end.</summary>
    Follow,

    /// <summary>Waits for the deployment that comes of it.</summary>
    AwaitDeployment,
}
