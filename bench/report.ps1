# How long New-IncidentReport takes, in a process that has not called it before and again in the same one. From a folder
# whose log holds a rollback, for example examples/first-rollback.ps1's, after dotnet build -c Release:
#     dotnet REPOSITORY/src/RollbackTools.Shell/bin/Release/net10.0/rollback-shell.dll REPOSITORY/bench/report.ps1
Import-Module "$PSScriptRoot/../RollbackTools.psd1"
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$null = New-IncidentReport
"first: $($clock.ElapsedMilliseconds) ms"
$clock.Restart()
$null = New-IncidentReport
"again: $($clock.ElapsedMilliseconds) ms"
