using System.Management.Automation;

namespace EmptyModule;

[Cmdlet("Block", "Deployment")]
public sealed class BlockDeploymentCommand : PSCmdlet;

[Cmdlet("Get", "DeploymentHistory")]
public sealed class GetDeploymentHistoryCommand : PSCmdlet;

[Cmdlet("Get", "DeploymentLog")]
public sealed class GetDeploymentLogCommand : PSCmdlet;

[Cmdlet("Get", "RollbackConfiguration")]
public sealed class GetRollbackConfigurationCommand : PSCmdlet;

[Cmdlet("Get", "RollbackLog")]
public sealed class GetRollbackLogCommand : PSCmdlet;

[Cmdlet("Invoke", "Rollback")]
public sealed class InvokeRollbackCommand : PSCmdlet;

[Cmdlet("New", "IncidentReport")]
public sealed class NewIncidentReportCommand : PSCmdlet;

[Cmdlet("New", "RollbackConfiguration")]
public sealed class NewRollbackConfigurationCommand : PSCmdlet;

[Cmdlet("New", "RollbackPlan")]
public sealed class NewRollbackPlanCommand : PSCmdlet;

[Cmdlet("Resume", "Rollback")]
public sealed class ResumeRollbackCommand : PSCmdlet;

[Cmdlet("Test", "DeploymentHealth")]
public sealed class TestDeploymentHealthCommand : PSCmdlet;

[Cmdlet("Test", "RollbackLog")]
public sealed class TestRollbackLogCommand : PSCmdlet;

[Cmdlet("Test", "RollbackNeeded")]
public sealed class TestRollbackNeededCommand : PSCmdlet;

[Cmdlet("Test", "RollbackSuccess")]
public sealed class TestRollbackSuccessCommand : PSCmdlet;

[Cmdlet("Unblock", "Deployment")]
public sealed class UnblockDeploymentCommand : PSCmdlet;

[Cmdlet("Undo", "Rollback")]
public sealed class UndoRollbackCommand : PSCmdlet;
