<#
.SYNOPSIS
    Tells whether a rollback would work tonight, for a scheduled job: ends with 1 where something failed or was not told.
.DESCRIPTION
    Runs in the small shell of this repository and in PowerShell 7.4 or later with the module imported. Nothing is changed and
    nobody is rung. From cron, every morning:
        0 7 * * 1-5  cd /srv/shop && rollback-shell check-readiness.ps1
.PARAMETER ConfigurationPath
    The project's folder, or its rollback.json.
.PARAMETER Timeout
    How long each check may take.
#>
param(
    [string] $ConfigurationPath = '.',
    [string] $Timeout = '30s'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$checks = @(RollbackTools\Test-RollbackReadiness -ConfigurationPath $ConfigurationPath -Timeout $Timeout)
$open = @($checks | Where-Object { -not $_.IsReady })
$warnings = @($checks | Where-Object Status -eq 'Warning')
foreach ($check in $open + $warnings) {
    "$($check.Status): $($check.Name): $($check.Observed)"
    "    $($check.NextStep)"
}

"$($checks.Count) checks: $($open.Count) in the way, $($warnings.Count) to look at."
if ($open.Count -gt 0) {
    exit 1
}
