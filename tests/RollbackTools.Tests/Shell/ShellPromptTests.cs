namespace RollbackTools.Tests.Shell;

/// <summary>S38: where nobody can answer, nothing prompts, and nothing but a person's answer approves.</summary>
public sealed class ShellPromptTests : IDisposable
{
    private const string Question = "(default is \"Y\"): ";

    private readonly ScriptFolder _folder = new();
    private readonly string _script;

    public ShellPromptTests()
    {
        _script = _folder.Add("change.ps1", """
            $ErrorActionPreference = 'Stop'
            function Set-Thing {
                [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()
                if ($PSCmdlet.ShouldProcess('production', 'Change')) {
                    [IO.File]::WriteAllText("$PSScriptRoot/changed", '')
                }
            }
            "nobody: $($Host.PrivateData.NonInteractive)"
            [pscustomobject]@{ Shown = 'before the question' }
            Set-Thing
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("y\n")]
    public async Task Confirmation_OnRedirectedInput_FailsAndApprovesNothing(string input)
    {
        var run = await ShellProcess.RunAsync([_script], input);

        AssertRefused(run);
    }

    [Fact]
    public async Task Confirmation_OnClosedInput_FailsAndApprovesNothing()
    {
        using var shell = ShellProcess.StartCommand(
            "sh", "-c", $"exec dotnet '{ShellProcess.Assembly}' '{_script}' <&-");

        AssertRefused(await shell.EndAsync());
    }

    [Theory]
    [InlineData("$Host.UI.ReadLine()")]
    [InlineData("$Host.UI.ReadLineAsSecureString()")]
    [InlineData("$Host.UI.PromptForCredential('', '', '', '')")]
    [InlineData("function f { param([Parameter(Mandatory)]$Needed) }; f")]
    public async Task Prompt_OnRedirectedInput_Fails(string text)
    {
        var run = await ShellProcess.RunAsync(
            ["-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; {text}"], "x\n");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Matches("prompt cannot be answered|mandatory parameters: Needed", run.Error.ReplaceLineEndings(" "));
    }

    [TerminalFact]
    public async Task Confirmation_OnTerminalWithNonInteractive_FailsAndApprovesNothing()
    {
        using var shell = ShellProcess.StartOnTerminal($"-NonInteractive '{_script}'");

        var run = await shell.EndAsync();

        Assert.Contains("nobody: True", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["changed"]));
    }

    [TerminalFact]
    public async Task Confirmation_OnTerminal_AsksAfterWhatCameBeforeAndTakesTheAnswer()
    {
        using var shell = ShellProcess.StartOnTerminal($"'{_script}'");
        await shell.WaitForAsync(Question);
        await shell.TypeAsync("n\r");
        var refused = await shell.EndAsync();
        var refusedChanged = File.Exists(_folder["changed"]);

        using var second = ShellProcess.StartOnTerminal($"'{_script}'");
        await second.WaitForAsync(Question);
        await second.TypeAsync("yes\r");
        var approved = await second.EndAsync();

        Assert.Contains("nobody: False", refused.Output, StringComparison.Ordinal);
        Assert.True(
            refused.Output.IndexOf("before the question", StringComparison.Ordinal)
            < refused.Output.IndexOf(Question, StringComparison.Ordinal));
        Assert.False(refusedChanged);
        Assert.True(File.Exists(_folder["changed"]));
        Assert.Equal((0, 0), (refused.ExitCode, approved.ExitCode));
    }

    [TerminalFact]
    public async Task Confirmation_WithEnterTypedAhead_WaitsForAnAnswer()
    {
        var script = _folder.Add("busy.ps1", """
            'busy'
            while (-not [IO.File]::Exists("$PSScriptRoot/typed")) { [Threading.Thread]::Sleep(10) }
            . $PSScriptRoot/change.ps1
            """);
        using var shell = ShellProcess.StartOnTerminal($"'{script}'");
        await shell.WaitForAsync("busy");
        await shell.TypeAsync("\r\r");
        await shell.WaitForAsync("busy\r\n\r\n\r\n");
        _folder.Add("typed", "");
        await shell.WaitForAsync(Question);
        await shell.TypeAsync("n\r");

        await shell.EndAsync();

        Assert.False(File.Exists(_folder["changed"]));
    }

    [TerminalFact]
    public async Task Confirmation_OnTerminalAtEndOfInput_ApprovesNothing()
    {
        using var shell = ShellProcess.StartOnTerminal($"'{_script}'");
        await shell.WaitForAsync(Question);
        await shell.TypeAsync("\x04");

        var run = await shell.EndAsync();

        Assert.Contains("not answered", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["changed"]));
    }

    [TerminalFact]
    public async Task Confirmation_StoppedByCtrlC_ApprovesNothingAndEndsTheScript()
    {
        using var shell = ShellProcess.StartOnTerminal($"'{_script}'");
        await shell.WaitForAsync(Question);
        await shell.TypeAsync("\x03");

        var run = await shell.EndAsync();

        Assert.Equal(130, run.ExitCode);
        Assert.False(File.Exists(_folder["changed"]));
    }

    private void AssertRefused(ShellResult run)
    {
        Assert.Contains("nobody: True", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Are you sure", run.Output, StringComparison.Ordinal);
        Assert.Contains("-Confirm:$false", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
        Assert.False(File.Exists(_folder["changed"]));
    }
}
