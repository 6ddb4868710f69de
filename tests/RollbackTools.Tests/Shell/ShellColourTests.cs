namespace RollbackTools.Tests.Shell;

public sealed class ShellColourTests
{
    private const char Escape = '\e';

    private const string Colourful = """
        function Show-All {
            [CmdletBinding()] param()
            $PSCmdlet.WriteWarning('a warning')
            $PSCmdlet.WriteVerbose('a detail')
            $PSCmdlet.WriteProgress([Management.Automation.ProgressRecord]::new(1, 'Working', 'step 1'))
            [pscustomobject]@{ Name = 'x' }
            "$($PSStyle.Foreground.Red)red$($PSStyle.Reset)"
            $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new('an error', 'E', 'NotSpecified', $null))
        }
        Show-All -Verbose
        """;

    [Fact]
    public async Task Output_Redirected_HasNoEscapeAndNoProgress()
    {
        var run = await ShellProcess.RunAsync(["-Command", Colourful]);

        Assert.DoesNotContain(Escape, run.Output);
        Assert.DoesNotContain(Escape, run.Error);
        Assert.Contains("WARNING: a warning\nVERBOSE: a detail\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("\nred\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("step 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("an error", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("an error", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_WithAnsiRenderingChosen_KeepsColoursUnlessNoColor()
    {
        const string Text = "\"$($PSStyle.Foreground.Red)red$($PSStyle.Reset)\"";

        var chosen = await ShellProcess.RunAsync(["-Command", "$PSStyle.OutputRendering = 'Ansi'; " + Text]);
        var noColor = await ShellProcess.RunAsync(["-Command", "$PSStyle.OutputRendering; " + Text], noColor: "1");

        Assert.Equal("\e[31mred\e[0m\n", chosen.Output);
        Assert.Equal("PlainText\nred\n", noColor.Output);
    }

    [TerminalFact]
    public async Task Output_OnTerminal_HasColoursAndProgressThatIsCleared()
    {
        using var folder = new ScriptFolder();
        using var shell = ShellProcess.StartOnTerminal($"'{folder.Add("colour.ps1", Colourful)}'");

        var run = await shell.EndAsync();

        Assert.Contains("\e[38;5;11mWARNING: a warning", run.Output, StringComparison.Ordinal);
        Assert.Contains("step 1", run.Output, StringComparison.Ordinal);
        Assert.True(
            run.Output.LastIndexOf("\e[0J", StringComparison.Ordinal)
            > run.Output.LastIndexOf("step 1", StringComparison.Ordinal));
    }
}
