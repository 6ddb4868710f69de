<#
.SYNOPSIS
    Takes a failed deployment back, on a sample app: see, judge, roll back, verify, report.
.DESCRIPTION
    Lays out examples/chatbot as a release directory whose current release is broken, starts it, and rolls it back.
    Everything is real: the processes, the link, the HTTP requests. Runs in the small shell of this repository and in
    PowerShell 7.4 or later with the module imported.
.PARAMETER Folder
    Where the app is laid out. A folder that an earlier run laid out is laid out anew.
.PARAMETER Further
    Go on in the folder as the last run left it, and roll back once more: further back, never forward.
#>
param(
    [string] $Folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), "rollbackops-$([Environment]::UserName)"),
    [switch] $Further
)

# Objects go to Out-Host one by one: a script's output is one stream, whose first object would set the view for all.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$chatbot = "$PSScriptRoot/chatbot/bin/chatbot.dll"
$there = @{ ConfigurationPath = "$Folder/rollback.json" }

function Read-Health([string] $Address) {
    # From outside, over a connection of its own; a broken release answers with an error, and still says who it is.
    $client = [System.Net.Http.HttpClient]::new()
    try {
        $answer = $client.GetAsync("${Address}health").GetAwaiter().GetResult()
        $json = [System.Text.Json.JsonDocument]::Parse($answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()).RootElement
        @{
            Status    = [int] $answer.StatusCode
            Release   = $json.GetProperty('release').GetString()
            StartedAt = $json.GetProperty('startedAt').GetDateTimeOffset()
            ProcessId = $json.GetProperty('processId').GetInt32()
        }
    }
    finally {
        $client.Dispose()
    }
}

if (-not [IO.File]::Exists($chatbot)) {
    dotnet build "$PSScriptRoot/chatbot" --nologo --verbosity quiet
}

try {
    if ($Further) {
        '== The app, as the last rollback left it'
        dotnet $chatbot start $Folder
    }
    else {
        '== A sample app with a history; its current release is broken'
        dotnet $chatbot lay-out $Folder
    }

    if ($LASTEXITCODE -ne 0) {
        throw 'The sample app could not be laid out.'
    }

    '== What is live, and what was (> live, + may be chosen, x known bad)'
    $history = @(Get-DeploymentHistory @there)
    $history | Out-Host

    '== How it does, and whether it is to be rolled back'
    $health = @(Test-DeploymentHealth @there)
    $health | Out-Host
    $before = Read-Health ($health[0].Address.GetLeftPart('Authority') + '/')

    if ($Further) {
        '== Once more, further back'
        $result = Invoke-Rollback @there -Further -Reason 'The release before was no good either' -Confirm:$false
    }
    else {
        $decision = $history | Test-RollbackNeeded @there
        $decision | Out-Host
        if ($decision.Verdict -ne 'RollBack') {
            throw "The verdict is $($decision.Verdict); expected RollBack."
        }

        '== Rolling back (10 seconds of it are the confirming reads)'
        $result = $decision | Invoke-Rollback @there -Confirm:$false
    }

    $result | Out-Host

    '== From outside: a different process of the previous version answers'
    $after = Read-Health ($health[0].Address.GetLeftPart('Authority') + '/')
    "before: release $($before.Release), process $($before.ProcessId), status $($before.Status)"
    "after:  release $($after.Release), process $($after.ProcessId), status $($after.Status), started $($after.StartedAt.ToString('HH:mm:ss')) UTC"
    if ($after.Status -ne 200 -or $after.Release -ne $result.Target.Id -or $after.ProcessId -eq $before.ProcessId) {
        throw 'What answers is not a new, healthy process of the target.'
    }

    '== The incident report and the log'
    $result | New-IncidentReport @there | Out-Host
    Get-RollbackLog @there -Last 1 | Out-Host
    "Done. Production serves $($after.Release)."
}
finally {
    # The app was answering to the end; an example leaves no process behind.
    dotnet $chatbot stop $Folder
}
