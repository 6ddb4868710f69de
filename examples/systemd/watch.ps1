<#
.SYNOPSIS
    The loop of a service: watches each deployment of the project in the current folder, and takes bad ones back by itself.
.DESCRIPTION
    Ends when it is stopped, and goes on where it was when it is started again. One line for each change, for the journal of
    the system. Runs in PowerShell 7.4 or later, and in the small shell of this repository.
.PARAMETER Bake
    How long a deployment is looked at after it went live.
#>
param([string] $Bake = '10m')

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../../RollbackTools.psd1"
Watch-Deployment -Continuous -RollbackOnFailure -Bake $Bake -Confirm:$false | ForEach-Object { "$_" }
