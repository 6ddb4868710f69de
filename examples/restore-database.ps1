<#
.SYNOPSIS
    Restores a damaged database, on a sample: back up, prove the backup, damage, find it, restore, report.
.DESCRIPTION
    Makes a small SQLite project in a folder of its own. Everything is real: the file, the damage, the restore beside it and the
    swap. Runs in the small shell of this repository and in PowerShell 7.4 or later with the module imported.
.PARAMETER Folder
    Where the project is made. A folder that an earlier run made is made anew.
#>
param(
    [string] $Folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), "rollbackops-database-$([Environment]::UserName)")
)

# Objects go to Out-Host one by one: a script's output is one stream, whose first object would set the view for all.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$there = @{ ConfigurationPath = "$Folder/rollback.json" }
$database = "$Folder/app.db"
# Without root the operating system shows one's own processes only; nobody else knows of this file.
$restore = @{ AllowUnseenConnections = $true; Confirm = $false }

if ([IO.Directory]::Exists($Folder)) {
    if (-not [IO.File]::Exists($database)) {
        throw "The folder '$Folder' holds something else."
    }

    [IO.Directory]::Delete($Folder, $true)
}

'== A project with a database; its rows come from a plain SQL dump'
$null = [IO.Directory]::CreateDirectory("$Folder/releases")
$null = [IO.Directory]::CreateDirectory("$Folder/backups")
[IO.File]::WriteAllText("$Folder/rollback.json", '{
  "project": "shop",
  "database": {
    "path": "app.db",
    "backups": "backups",
    "audits": [{ "name": "no-negative-amount", "query": "SELECT id, amount FROM orders WHERE amount < 0" }]
  }
}')
$rows = 1..500 | ForEach-Object { "INSERT INTO orders VALUES ($_, $($_ * 3), 'order number $_');" }
[IO.File]::WriteAllText("$Folder/backups/db-snapshot-20250101T000000Z.sql",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL, note TEXT);`n" + ($rows -join "`n"))
# An empty file is an empty SQLite database.
[IO.File]::WriteAllText($database, '')
Get-DatabaseBackup @there | Restore-Database @there @restore -Reason 'The first rows' | Out-Host

'== A backup, and the proof that it can be restored'
Backup-Database @there -Confirm:$false | Out-Host
$tested = Get-DatabaseBackup @there -Before ([DateTimeOffset]::UtcNow) | Test-DatabaseBackup @there
$tested | Out-Host

'== The file is damaged: bytes in its midst are overwritten'
$file = [IO.File]::OpenWrite($database)
$null = $file.Seek(4096 + 8, 'Begin')
$file.Write([byte[]]::new(2048), 0, 2048)
$file.Dispose()
$damaged = @(Test-Database @there)
$damaged | Out-Host
if (-not ($damaged | Where-Object Status -eq 'Failed')) {
    throw 'The damage was not found.'
}

'== What a restore would do'
$backup = Get-DatabaseBackup @there $tested.Backup
$backup | Restore-Database @there -Reason 'Orders are damaged' -WhatIf | Out-Host

'== The restore; the damaged database is kept'
$result = $backup | Restore-Database @there @restore -Reason 'Orders are damaged'
$result | Out-Host
$checks = @(Test-Database @there)
$checks | Out-Host
if (($checks | Where-Object Status -ne 'Passed') -or -not [IO.File]::Exists($result.Kept)) {
    throw 'The restored database does not pass its checks, or the former one is not kept.'
}

'== The incident report and the log'
@($result, $tested) + $checks | New-IncidentReport @there | Out-Host
Get-RollbackLog @there -Kind Restore -Last 1 | Out-Host
"Done. $($result.RowsAfter['orders']) orders are back."
