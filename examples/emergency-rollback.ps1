# Takes production back to the previous good deployment and writes the report. In package.json: "deploy:rollback": "pwsh -NoProfile -File emergency-rollback.ps1"
$ErrorActionPreference = 'Stop'; Invoke-Rollback -Reason "Emergency rollback: $args" -Confirm:$false | New-IncidentReport | Out-Host
