using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Drills;
using RollbackOps.Escalations;
using RollbackOps.Incidents;
using RollbackOps.Notifications;
using RollbackOps.Rollbacks;
using RollbackTools.Tests.Hosting;
using RollbackTools.Tests.Sample;

namespace RollbackTools.Tests.Mutating;

/// <summary>A cmdlet that changes something, with what it needs before it and what makes it fail.</summary>
internal sealed record MutatingCmdlet
{
    private const string RolledBack = "$null = Invoke-Rollback -Reason r -Confirm:$false";

    private const string BackedUp = "$backup = Backup-Database -Confirm:$false";

    private static readonly MutatingCmdlet[] s_all =
    [
        new() { Call = "Invoke-Rollback -Reason r", Boundary = "Effect.Before Switch", Preview = typeof(RollbackPlan) },
        new()
        {
            Call = "Resume-Rollback", Boundary = "Effect.Before Activate", Preview = typeof(RollbackPlan), IsCutOff = true,
        },
        new() { Call = "Undo-Rollback -Reason r", Before = RolledBack, Boundary = "Effect.Before Switch", Preview = typeof(RollbackPlan) },
        new()
        {
            Call = "Block-Deployment $oldest -Reason r", Boundary = "Journal.Before DeploymentMarked",
            Failing = "Block-Deployment nothing, $oldest -Reason r",
        },
        new()
        {
            Call = "Unblock-Deployment $oldest -Reason r", Before = "$null = Block-Deployment $oldest -Reason r -Confirm:$false",
            Boundary = "Journal.Before DeploymentUnmarked", Failing = "Unblock-Deployment nothing, $oldest -Reason r",
        },
        new()
        {
            Call = "New-RollbackPlan -Reason r -OutFile plan.json", Preview = typeof(RollbackPlan),
            Failing = "New-RollbackPlan -Reason r -OutFile nowhere/plan.json",
        },
        new()
        {
            Call = "New-IncidentReport", Before = RolledBack, Boundary = "Journal.Before ReportWritten",
            Failing = "New-IncidentReport -OutFolder rollback.json",
        },
        new()
        {
            Call = "Save-DeploymentLog", Before = RolledBack, Boundary = "Journal.Before EvidenceSaved",
            Preview = typeof(EvidenceArchive), Failing = "Save-DeploymentLog -Destination rollback.json",
        },
        new()
        {
            Call = "New-RollbackConfiguration -Overwrite", Preview = typeof(ConfigurationScaffold),
            Failing = "New-RollbackConfiguration",
        },
        new()
        {
            Call = "Backup-Database", Boundary = "Journal.Before BackupTaken",
            Failing = "Backup-Database -Destination rollback.json", HasDatabase = true,
        },
        new()
        {
            Call = "Restore-Database $backup -Reason r -AllowUnseenConnections", Before = BackedUp,
            Boundary = "Effect.Before RestoreAside", Preview = typeof(DatabaseRestorePlan),
            Failing = "$backup, $backup | Restore-Database -Reason r", HasDatabase = true,
        },
        new()
        {
            Call = "Undo-DatabaseRestore -Reason r -AllowUnseenConnections",
            Before = BackedUp + "; $null = Restore-Database $backup -Reason r -AllowUnseenConnections -Confirm:$false",
            Boundary = "Effect.Before Fence", Preview = typeof(DatabaseRestorePlan),
            Failing = "Undo-DatabaseRestore none -Reason r", HasDatabase = true,
        },
        new()
        {
            Call = "Send-RollbackNotification down", Preview = typeof(NotificationResult),
            Failing = "Send-RollbackNotification down -Channel nobody", HasChannel = true,
        },
        new()
        {
            Call = "Start-Escalation INC-1 -Severity P1 -Reason down -NoWait", Boundary = "Journal.Before EscalationStep",
            Preview = typeof(EscalationPlan), Failing = "Start-Escalation -RollbackId none -Severity P1 -Reason down -NoWait", HasContact = true,
        },
        new()
        {
            Call = "Confirm-Escalation", Before = "$null = Start-Escalation INC-1 -Severity P1 -Reason down -NoWait -Confirm:$false",
            Boundary = "Journal.Before EscalationStep", Failing = "Confirm-Escalation INC-2", HasContact = true,
        },
        new()
        {
            Call = "Start-RollbackDrill ServiceOutage -TimeScale 30", Boundary = "Effect.Before Switch", Preview = typeof(DrillScenario),
            Failing = "Start-RollbackDrill ServiceOutage -Folder .",
        },
    ];

    /// <summary>The cmdlets' names, for theories.</summary>
    public static TheoryData<string> Names => [.. s_all.Select(one => one.Name)];

    /// <summary>Those that carry out the steps of a plan.</summary>
    public static TheoryData<string> NamesOfSteps => [.. s_all.Where(one => one.Failing is null).Select(one => one.Name)];

    /// <summary>Those that write one record.</summary>
    public static TheoryData<string> NamesOfRecords =>
        [.. s_all.Where(one => one is { Failing: not null, Boundary: not null }).Select(one => one.Name)];

    public required string Call { get; init; }

    public string Name => Call.Split(' ')[0];

    /// <summary>What has to have happened before.</summary>
    public string Before { get; init; } = "$null";

    /// <summary>Whether it takes up a rollback that was cut off between switch and restart.</summary>
    public bool IsCutOff { get; init; }

    /// <summary>Whether it works on a database.</summary>
    public bool HasDatabase { get; init; }

    /// <summary>Whether it tells people: the service's own address takes messages too.</summary>
    public bool HasChannel { get; init; }

    /// <summary>Whether it calls people: the service's own address takes the calls.</summary>
    public bool HasContact { get; init; }

    /// <summary>What it gives when it only shows what it would do; null for nothing.</summary>
    public Type? Preview { get; init; }

    /// <summary>The diagnostic event in the midst of it, or null when it has none.</summary>
    public string? Boundary { get; init; }

    /// <summary>A call that fails; null where the failing activation command makes any call fail.</summary>
    public string? Failing { get; init; }

    public static MutatingCmdlet Find(string name) => s_all.Single(one => one.Name == name);

    /// <summary>Brings everything to where the cmdlet is called.</summary>
    public void Prepare(ReleaseFolder folder, Session session)
    {
        session.Set("oldest", folder.Oldest);
        if (HasDatabase)
        {
            folder.AddDatabase();
        }

        folder.Activate(IsCutOff ? "false" : "true");
        if (HasContact)
        {
            folder.AddContact("hook");
        }

        if (IsCutOff)
        {
            session.Run(RolledBack);
        }
        else
        {
            session.Run(Before).Clean();
        }

        folder.Activate("true");
        if (HasContact)
        {
            folder.AddContact("hook");
        }

        if (HasChannel)
        {
            folder.AddChannel("hook", folder.Server.Address);
        }
    }
}
