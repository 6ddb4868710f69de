@{
    RootModule           = 'EmptyModule.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = 'b8c61a9c-6f1f-4b57-8a1e-6a3e3a2c3f10'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    CmdletsToExport      = @(
        'Block-Deployment',
        'Get-DeploymentHistory',
        'Get-DeploymentLog',
        'Get-RollbackConfiguration',
        'Get-RollbackLog',
        'Invoke-Rollback',
        'New-IncidentReport',
        'New-RollbackConfiguration',
        'New-RollbackPlan',
        'Resume-Rollback',
        'Test-DeploymentHealth',
        'Test-RollbackLog',
        'Test-RollbackNeeded',
        'Test-RollbackSuccess',
        'Unblock-Deployment',
        'Undo-Rollback'
    )
}
