namespace RollbackTools.Tests.Shell;

public sealed class ShellScriptTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_WithParameters_BindsThemAsPwsh()
    {
        var script = _folder.Add("bind.ps1", """
            param([string]$Name, [int]$Count = 1, [switch]$Fast, [switch]$Slow,
                [Parameter(ValueFromRemainingArguments)]$Rest)
            "$Name|$($Count + 1)|$Fast|$Slow|$Rest"
            """);

        var byName = await ShellProcess.RunAsync(
            ["-File", script, "-Name", "web", "-Slow:$false", "-Count:", "7", "-Fast"]);
        var byPosition = await ShellProcess.RunAsync([script, "web", "2", "-Fast", "more", "and more"]);

        Assert.Equal("web|8|True|False|\n", byName.Output);
        Assert.Equal("web|3|True|False|more and more\n", byPosition.Output);
        Assert.Equal(0, byName.ExitCode);
    }

    [Fact]
    public async Task File_InItsOwnFolder_KnowsItsPlaceAndRunsOthersAndPrograms()
    {
        _folder.Add("part.ps1", "function Get-Part { \"part in $PSScriptRoot\" }");
        var script = _folder.Add("main.ps1", """
            Set-StrictMode -Version Latest
            . $PSScriptRoot/part.ps1
            Get-Part
            "path $PSCommandPath"
            "args $($args.Count): $args"
            git --version
            "code $LASTEXITCODE"
            git no-such-command 2>&1 | ForEach-Object { "said $_" } | Where-Object { $_ -like '*not a git command*' }
            "code $LASTEXITCODE"
            try { $undefined } catch { 'strict' }
            exit 3
            """);

        var run = await ShellProcess.RunAsync([script, "one", "two"]);

        Assert.Equal(
            [
                $"part in {Path.GetDirectoryName(script)}",
                $"path {script}",
                "args 2: one two",
                "git version",
                "code 0",
                "said git: 'no-such-command' is not a git command. See 'git --help'.",
                "code 1",
                "strict",
            ],
            run.Output.TrimEnd('\n').Split('\n')
                .Select(line => line.StartsWith("git version", StringComparison.Ordinal) ? "git version" : line));
        Assert.Equal(3, run.ExitCode);
    }

    [Fact]
    public async Task Output_ObjectsAndPrograms_ComeInOrder()
    {
        var run = await ShellProcess.RunAsync(
            ["-c", "[pscustomobject]@{Id='first'};", "git", "--version;", "[pscustomobject]@{Id='second'}; 'last'"]);

        var places = new[] { "first", "git version", "second", "last" }
            .Select(word => run.Output.IndexOf(word, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task StandardInput_AsScriptOrAsInput_IsUsed()
    {
        var script = await ShellProcess.RunAsync(["-Command", "-"], "if ($true) {\n  'from input'\n}\nexit 5\n");
        var cutOff = await ShellProcess.RunAsync([], "'never run'\nif ($true) {\n");
        var data = await ShellProcess.RunAsync(["-c", "$input | ForEach-Object { \"<$_>\" }"], "a\nb\n");

        Assert.Equal((5, "from input\n"), (script.ExitCode, script.Output));
        Assert.Equal((1, ""), (cutOff.ExitCode, cutOff.Output));
        Assert.Equal("<a>\n<b>\n", data.Output);
    }

    [Fact]
    public async Task Session_AtStart_HasTheModuleAndOnlyTheEnginesCmdlets()
    {
        var run = await ShellProcess.RunAsync(
            ["-Command", """
             (Get-Module RollbackTools).Name
             $own = @(Get-Command -CommandType Cmdlet | Where-Object Source -ne RollbackTools)
             $own.Count -ge 45 -and $own.Count -le 55
             $own.Name -contains 'Select-Object'
             """]);

        Assert.Equal("RollbackTools\nTrue\nFalse\n", run.Output);
    }
}
