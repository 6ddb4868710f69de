using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Shell;

/// <summary>The escalation example runs as it is, in a process of its own.</summary>
public sealed class EscalationExampleTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Example_Escalation_CallsOneAfterTheOtherAndEnds()
    {
        var run = await ShellProcess.RunAsync([Path.Combine(Checkout.Root, "examples", "escalation.ps1"), "-Folder", _folder["shop"]]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Matches(@"Would be called : \d\d:\d\d:\d\d UTC  Started", run.Output);
        Assert.Contains("Called  primary  Ann  +49 30 1111111", run.Output, StringComparison.Ordinal);
        Assert.Contains("Bob +49 30 2222222", run.Output, StringComparison.Ordinal);
        Assert.Contains("The cache was full", run.Output, StringComparison.Ordinal);
        Assert.Contains("Done. Called: Ann, Bob.", run.Output, StringComparison.Ordinal);
    }
}
