namespace RollbackTools.Tests.Shell;

public sealed class ShellExitCodeTests
{
    [Theory]
    [InlineData("'fine'", 0, "fine", "")]
    [InlineData("throw 'broken'", 1, "", "broken")]
    [InlineData("$ErrorActionPreference = 'Stop'; 'before'; Get-Nothing; 'after'", 1, "before", "Get-Nothing")]
    [InlineData("Get-Nothing; 'after'", 0, "after", "Get-Nothing")]
    [InlineData("'before'; Get-Nothing", 1, "before", "Get-Nothing")]
    [InlineData("git no-such-command", 1, "", "no-such-command")]
    [InlineData("if (", 1, "", "if (")]
    public async Task Command_ByItsEnd_GivesTheExitCodeOfPwsh(string text, int exitCode, string output, string error)
    {
        var run = await ShellProcess.RunAsync(["-Command", text]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(output, run.Output.Trim());
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no script file 'no-such-file.ps1'", "no-such-file.ps1")]
    [InlineData("'-Unknown' is not an option", "-Unknown")]
    [InlineData("-Command needs a text", "-NoLogo", "-Command")]
    [InlineData("-File needs a script file", "-File")]
    [InlineData("is a folder", "/")]
    [InlineData("there is no folder", "-WorkingDirectory", "/no/such/folder")]
    public async Task CommandLine_ThatIsWrong_IsRefusedWith64(string message, params string[] arguments)
    {
        var run = await ShellProcess.RunAsync(arguments);

        Assert.Equal(64, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VersionAndHelp_Always_ArePrinted()
    {
        var version = await ShellProcess.RunAsync(["-Version"]);
        var help = await ShellProcess.RunAsync(["-Help"]);

        Assert.Matches(@"^rollback-shell \d+\.\d+\.\d+\nPowerShell engine 7\.", version.Output);
        Assert.Contains("-NonInteractive", help.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0), (version.ExitCode, help.ExitCode));
    }
}
