@{
    RootModule           = 'bin/RollbackTools.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f6f0a3c-6c55-4f0e-9a86-2f1f1d7f3b11'
    Author               = 'RollbackOps maintainers'
    CompanyName          = 'RollbackOps'
    Copyright            = 'RollbackOps maintainers. MIT licence.'
    Description          = 'Takes a failed deployment back: history, verdict, rollback, verification, report.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('bin/RollbackTools.Format.ps1xml')
    TypesToProcess       = @('bin/RollbackTools.Types.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Backup-Database', 'Block-Deployment', 'Confirm-Escalation', 'Get-DatabaseBackup', 'Get-DeploymentHistory', 'Get-DeploymentLog',
        'Get-RollbackConfiguration', 'Get-RollbackLog', 'Invoke-Rollback', 'Measure-ErrorRate', 'New-IncidentReport',
        'New-RollbackConfiguration', 'New-RollbackPlan', 'Restore-Database', 'Resume-Rollback', 'Save-DeploymentLog',
        'Send-RollbackNotification', 'Start-Escalation', 'Start-RollbackDrill',
        'Test-Database', 'Test-DatabaseBackup', 'Test-DeploymentHealth', 'Test-DeploymentLog', 'Test-RollbackLog', 'Test-RollbackNeeded',
        'Test-RollbackReadiness',
        'Test-RollbackRunbook', 'Test-RollbackSuccess', 'Unblock-Deployment', 'Undo-DatabaseRestore', 'Undo-Rollback',
        'Watch-Deployment'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('rollback', 'deployment', 'incident', 'PSEdition_Core', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
