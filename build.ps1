#!/usr/bin/env pwsh
# Builds the module in place: bin/ beside RollbackTools.psd1. The logic is in the project files.
param([string] $Configuration = 'Release')
dotnet build "$PSScriptRoot/RollbackOps.sln" --configuration $Configuration
exit $LASTEXITCODE
