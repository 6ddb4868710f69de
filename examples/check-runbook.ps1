<#
.SYNOPSIS
    Checks a repository's runbooks, for a step of a pipeline: prints what is wrong, writes SARIF, ends with 1 on errors.
.DESCRIPTION
    Runs in the small shell of this repository and in PowerShell 7.4 or later with the module imported. Nothing in the
    runbooks is executed.
.PARAMETER Path
    Files or folders to check.
.PARAMETER OutFile
    Where the SARIF goes that code scanning takes.
#>
param(
    [string[]] $Path = '.',
    [string] $OutFile = 'runbook.sarif'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$found = @(Test-RollbackRunbook -Path $Path -OutFile $OutFile)
$found | Out-Host
$errors = @($found | Where-Object Severity -eq 'Error').Count
"$($found.Count) found, $errors of them errors. SARIF: $OutFile"
if ($errors -gt 0) {
    exit 1
}
