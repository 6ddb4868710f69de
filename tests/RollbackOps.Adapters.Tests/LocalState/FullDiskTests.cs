using System.Diagnostics;
using System.Globalization;
using RollbackOps.Adapters.Tests.Samples;
using RollbackOps.Rollbacks;
using RollbackOps.Tests.Child;
using Xunit.Abstractions;

namespace RollbackOps.Adapters.Tests.LocalState;

/// <summary>A disk that is full, or may not be written, in the middle of a rollback.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly SampleRoot _root = new();
    private readonly ITestOutputHelper _output;
    private bool _isMounted;

    public FullDiskTests(ITestOutputHelper output) => _output = output;

    /// <summary>The limit is the operating system's own, on the size of a file: a write is cut short, then refused.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(12)]
    public async Task Rollback_JournalHasNoMoreRoom_StopsAndIsFinishedLater(int blocks)
    {
        using var switches = new SwitchCount(_root.Path);
        // Without double mapping: the runtime's own code would count as a file. The signal would end the process.
        var command = new ProcessStartInfo("sh")
        {
            ArgumentList =
            {
                "-c",
                string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""),
                "sh", SampleSettings.Dotnet, SampleSettings.Assembly, "roll", _root.Path, "0",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
        };
        var run = await ChildRun.OfAsync(command);
        _output.WriteLine($"{blocks} blocks: {run.Result}");
        Assert.Matches("JournalUnwritable|StateUnusable|could not be recorded", run.Result);
        await AssertFinishesAsync(switches);
    }

    [Fact]
    public async Task Rollback_DiskIsFull_StopsAndIsFinishedLater()
    {
        using var switches = new SwitchCount(_root.Path);
        if (!Mount("size=16k"))
        {
            return;
        }

        // Fill all but one page: the lease fits, the journal does not.
        FillButOnePage(_root[".rollback/filler"]);
        var run = await ChildRun.OfAsync("roll", _root);
        _output.WriteLine(run.Result);
        Assert.Matches("JournalUnwritable|StateUnusable", run.Result);
        Assert.Equal(SampleRoot.Live, _root.Target);
        Assert.Equal(0, await switches.ReadAsync());
        File.Delete(_root[".rollback/filler"]);
        Shell("mount", "-o", "remount,size=1m", _root[".rollback"]);
        await AssertFinishesAsync(switches);
    }

    [Fact]
    public async Task Rollback_StateFolderIsReadOnly_ChangesNothing()
    {
        if (!Mount("ro"))
        {
            return;
        }

        var run = await ChildRun.OfAsync("roll", _root);
        Assert.StartsWith("Refused StateUnusable", run.Result, StringComparison.Ordinal);
        Assert.Contains(_root[".rollback"], run.Result, StringComparison.Ordinal);
        Assert.Equal(SampleRoot.Live, _root.Target);
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Shell("umount", _root[".rollback"]);
        }

        _root.Dispose();
    }

    /// <summary>What holds after any stop: nothing is half done that the journal does not know, and it can be finished.</summary>
    private async Task AssertFinishesAsync(SwitchCount switches)
    {
        Assert.True(JournalCheck.Of(_root.Context).IsTrusted);
        var attempt = _root.Context.ReadLedger().Attempts.LastOrDefault(one => one.Plan is not null);
        if (attempt is null)
        {
            Assert.Equal(SampleRoot.Live, _root.Target);
        }

        // Finished as Failed before anything was switched: that is an end, and a new rollback may begin.
        var isOver = attempt is null or { Status: RollbackStatus.Failed };
        var finished = await ChildRun.OfAsync(isOver ? "roll" : "resume", _root);
        Assert.StartsWith("IdentityUnproven", finished.Result, StringComparison.Ordinal);
        Assert.Equal(1, await switches.ReadAsync());
        Assert.Equal(SampleRoot.Previous, _root.Target);
        Assert.Empty(_root.Context.Journal.Read().Findings);
        Assert.Empty(_root.Leftovers);
    }

    /// <summary>Mounts a small file system as the state folder. Where that is not allowed, the reason is printed.</summary>
    private bool Mount(string options)
    {
        Directory.CreateDirectory(_root[".rollback"]);
        var failure = OperatingSystem.IsLinux()
            ? Shell("mount", "-t", "tmpfs", "-o", options, "tmpfs", _root[".rollback"])
            : "it needs Linux";
        _isMounted = failure is null;
        if (!_isMounted)
        {
            Console.WriteLine($"not run: a file system cannot be mounted here: {failure}");
            _output.WriteLine($"not run: a file system cannot be mounted here: {failure}");
        }

        return _isMounted;
    }

    private static void FillButOnePage(string path)
    {
        const int Page = 4096;
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[Page]);
            }
        }
        catch (IOException)
        {
            file.SetLength(file.Length - Page);
        }
    }

    private static string? Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors;
    }
}
