namespace RollbackTools.Tests.Shell;

public sealed class ShellSignalTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Signal_WhileAScriptRuns_StopsItAndWaitsForItsCleanup(string signal, int exitCode)
    {
        var script = _folder.Add("long.ps1", """
            try {
                'working'
                foreach ($i in 1..6000) { [Threading.Thread]::Sleep(10) }
                'came to its end'
            }
            finally {
                [Threading.Thread]::Sleep(200)
                [IO.File]::WriteAllText("$PSScriptRoot/cleaned", '')
            }
            """);
        using var shell = ShellProcess.Start([script]);
        await shell.WaitForAsync("working");

        await shell.SignalAsync(signal);
        var run = await shell.EndAsync();

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal("working\n", run.Output);
        Assert.True(File.Exists(_folder["cleaned"]));
    }

    [Fact]
    public async Task Interrupt_ForTheSecondTimeOnceAnnounced_Kills()
    {
        var script = _folder.Add("stubborn.ps1", "'working'; [Threading.Thread]::Sleep(60000)");
        using var shell = ShellProcess.StartCommand(
            "sh", "-c", $"exec dotnet '{ShellProcess.Assembly}' '{script}' 2>&1 < /dev/null");
        await shell.WaitForAsync("working");

        await shell.SignalAsync("INT");
        await shell.WaitForAsync("Ctrl+C once more kills it");
        await shell.SignalAsync("INT");
        var run = await shell.EndAsync();

        Assert.Equal(130, run.ExitCode);
        Assert.EndsWith("Killed.\n", run.Output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task Prompt_OnTerminal_RunsLinesContinuesAndSurvivesCtrlC()
    {
        using var shell = ShellProcess.StartOnTerminal("-WorkingDirectory /");
        await shell.WaitForAsync("PS /> ");
        await shell.TypeAsync("if ($true) {\r");
        await shell.WaitForAsync(">> ");
        await shell.TypeAsync("'in ' + 'block' }\r");
        await shell.WaitForAsync("in block");
        await shell.TypeAsync(
            "'st' + 'arted'; foreach ($i in 1..6000) { [Threading.Thread]::Sleep(10) }; 'not ' + 'reached'\r");
        await shell.WaitForAsync("started");
        await shell.TypeAsync("\x03");
        await shell.TypeAsync("'after ' + 'it'\r");
        await shell.WaitForAsync("after it");
        await shell.TypeAsync("exit 7\r");

        var run = await shell.EndAsync();

        Assert.Contains("To work interactively, use pwsh", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not reached", run.Output, StringComparison.Ordinal);
        Assert.Equal(7, run.ExitCode);
    }
}
