using RollbackTools.Tests.Hosting;

namespace RollbackTools.Tests.Shell;

/// <summary>The database example runs as it is, in a process of its own.</summary>
public sealed class DatabaseExampleTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Example_RestoreDatabase_FindsTheDamageAndBringsTheRowsBack()
    {
        var run = await ShellProcess.RunAsync([Path.Combine(Checkout.Root, "examples", "restore-database.ps1"), "-Folder", _folder["shop"]]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("Done. 500 orders are back.", run.Output, StringComparison.Ordinal);
        Assert.Contains("minutes of writes will be missing", run.Output, StringComparison.Ordinal);
        // Every step on a line of its own, the last one too.
        Assert.Contains("5. Verify: Done", run.Output, StringComparison.Ordinal);
        Assert.Contains("orders: (not counted) -> 500", run.Output, StringComparison.Ordinal);
        Assert.Contains("Restore             : #2", run.Output, StringComparison.Ordinal);
    }
}
