# The module at a real prompt: what only a whole PowerShell has.
BeforeAll {
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    Import-Module "$root/RollbackTools.psd1" -Force
    $chatbot = "$root/examples/chatbot/bin/chatbot.dll"
    $app = Join-Path ([IO.Path]::GetTempPath()) "rollbackops-acceptance-$PID"
    dotnet $chatbot lay-out $app | Out-Null
    $here = $PWD
    Set-Location $app
}

AfterAll {
    Set-Location $here
    dotnet $chatbot stop $app | Out-Null
    Remove-Item -Recurse -Force $app
}

Describe 'Looking' {
    It 'formats a history as a table with the live deployment marked' {
        $lines = Get-DeploymentHistory | Out-String -Stream -Width 120 | Where-Object { $_ }
        $lines[0] | Should -Match '^> Id +State +Created'
        $lines[2] | Should -Match '^> \d{14} .*live'
    }

    It 'stops reading when Select-Object has enough' {
        @(Get-DeploymentHistory -All | Select-Object -First 1).Count | Should -Be 1
    }

    It 'completes deployment ids' {
        $line = 'Get-DeploymentLog -Id '
        $found = (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText
        $found | Should -Contain (Get-DeploymentHistory).Where({ $_.IsCurrent })[0].Id
    }

    It 'exports every cmdlet with help of its own' {
        foreach ($command in Get-Command -Module RollbackTools) {
            (Get-Help $command.Name).Synopsis | Should -Not -BeNullOrEmpty -Because $command.Name
            (Get-Help $command.Name).Synopsis | Should -Not -Match "^\s*$($command.Name) \[" -Because $command.Name
        }
    }
}

Describe 'Previewing' {
    It 'gives a plan and writes nothing' {
        $before = Get-ChildItem -Recurse -Force | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" }
        $plan = Invoke-Rollback -Reason 'acceptance' -WhatIf
        $plan | Should -BeOfType RollbackOps.Rollbacks.RollbackPlan
        Get-ChildItem -Recurse -Force | ForEach-Object { "$($_.FullName) $($_.LastWriteTimeUtc.Ticks)" } | Should -Be $before
    }
}

Describe 'The written procedure in one line' {
    It 'rolls back, verifies and reports' {
        $report = Get-DeploymentHistory | Test-RollbackNeeded | Invoke-Rollback -Confirm:$false | New-IncidentReport
        $report.Status | Should -Be 'Succeeded'
        $report.Files | ForEach-Object { $_ | Should -Exist }
        (Get-DeploymentHistory -WarningAction Ignore).Where({ $_.IsKnownBad }).Count | Should -Be 1
    }

    It 'tells the second engineer who rolled back' {
        $result = Invoke-Rollback -Reason 'second' -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem
        $result.Status | Should -Be 'Refused'
        $problem[0].FullyQualifiedErrorId | Should -Be 'RecentlyRolledBack,RollbackTools.Commands.InvokeRollbackCommand'
    }

    It 'refuses what crossed a job boundary, and says how to carry a plan' {
        $copy = Start-Job { Import-Module "$using:root/RollbackTools.psd1"; Set-Location $using:app
            New-RollbackPlan -Further -Reason 'acceptance' } | Receive-Job -Wait -AutoRemoveJob
        { $copy | Invoke-Rollback -Confirm:$false } | Should -Throw -ErrorId 'DeserializedInput,*'
    }

    It 'carries a plan as a file' {
        New-RollbackPlan -Further -Reason 'acceptance' -OutFile plan.json | Out-Null
        (Invoke-Rollback -PlanFile plan.json -Confirm:$false).Status | Should -Be 'Succeeded'
    }

    It 'keeps a log that verifies' {
        (Get-RollbackLog).Count | Should -BeGreaterOrEqual 3
        Test-RollbackLog -Quiet | Should -BeTrue
    }
}

Describe 'A script without a terminal' {
    It 'never approves by itself' {
        $said = '' | pwsh -NoProfile -Command "Import-Module '$root/RollbackTools.psd1'; Invoke-Rollback -Further -Reason x" 2>&1
        $LASTEXITCODE | Should -Be 1
        "$said" | Should -Match '-Confirm:\$false'
    }
}
