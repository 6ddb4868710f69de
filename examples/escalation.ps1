<#
.SYNOPSIS
    Calls people on a sample, with a chain of seconds: who would be called when, the calls, the answers, the end.
.DESCRIPTION
    Makes a small project in a folder of its own, whose contacts have telephone numbers that nobody dials. What a person would say at the
    prompt, or in a second terminal, it says with Confirm-Escalation. Runs in the small shell of this repository and in PowerShell 7.4 or
    later with the module imported.
.PARAMETER Folder
    Where the project is made. A folder that an earlier run made is made anew.
#>
param(
    [string] $Folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), "rollbackops-escalation-$([Environment]::UserName)")
)

# Objects go to Out-Host one by one: a script's output is one stream, whose first object would set the view for all.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# That nothing rings by itself is what this sample is about.
$there = @{ ConfigurationPath = "$Folder/rollback.json"; WarningAction = 'Ignore' }

if ([IO.Directory]::Exists($Folder)) {
    if (-not [IO.File]::Exists("$Folder/rollback.json")) {
        throw "The folder '$Folder' holds something else."
    }

    [IO.Directory]::Delete($Folder, $true)
}

$null = [IO.Directory]::CreateDirectory("$Folder/releases")
[IO.File]::WriteAllText("$Folder/rollback.json", '{
  "project": "shop",
  "escalation": {
    "automatic": "0s",
    "levels": [{ "name": "primary", "wait": "2s" }, { "name": "secondary", "wait": "30s" }],
    "contacts": [
      { "name": "Ann", "level": "primary", "phone": "+49 30 1111111" },
      { "name": "Bob", "level": "secondary", "phone": "+49 30 2222222" }
    ]
  }
}')

'== Who would be called when'
Start-Escalation @there INC-1 -Severity P1 -Reason 'Checkout is down' -WhatIf | Out-Host

'== It begins; a scheduler looks again every half second'
$begun = @(Start-Escalation @there INC-1 -Severity P1 -Reason 'Checkout is down' -NoWait)
$begun | Out-Host
$called = @($begun | Where-Object Kind -eq 'Called')
for ($look = 0; $look -lt 100 -and $called.Count -lt 2; $look++) {
    [Threading.Thread]::Sleep(500)
    $steps = @(Start-Escalation @there INC-1 -NoWait | Where-Object Kind -eq 'Called')
    if ($steps) {
        $steps | Out-Host
        $called += $steps
    }
}

'== Bob answers; the incident goes on until it is resolved'
Confirm-Escalation @there -CallResult Answered | Out-Host
Confirm-Escalation @there -Progress 'Restarting the cache' | Out-Host
Confirm-Escalation @there -Resolve -Note 'The cache was full' | Out-Host
if (-not (Test-RollbackLog -ConfigurationPath "$Folder/rollback.json" -Quiet)) {
    throw 'The journal is not whole.'
}

"Done. Called: $(($called | ForEach-Object { $_.Contact }) -join ', ')."
