using System.Diagnostics;
using System.Text;

namespace RollbackTools.Tests.Shell;

/// <summary>The built shell as a child process.</summary>
internal sealed class ShellProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly Task _outputEnd;
    private readonly Task<string> _errorEnd;
    private readonly CancellationTokenSource _limit = new(s_limit);

    private ShellProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment.TryAdd("TERM", "xterm-256color");
        _process = Process.Start(start)!;
        _outputEnd = CollectAsync();
        _errorEnd = _process.StandardError.ReadToEndAsync(_limit.Token);
    }

    /// <summary>The shell's assembly, in the configuration under test.</summary>
    public static string Assembly { get; } = FindAssembly();

    /// <summary>Runs to the end, with standard input at its end or holding a text.</summary>
    public static async Task<ShellResult> RunAsync(string[] arguments, string input = "", string? noColor = null)
    {
        using var shell = Start(arguments, noColor);
        await shell.TypeAsync(input);
        shell._process.StandardInput.Close();
        return await shell.EndAsync();
    }

    /// <summary>Starts it and leaves its standard input open.</summary>
    public static ShellProcess Start(string[] arguments, string? noColor = null)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments]);
        start.Environment["NO_COLOR"] = noColor;
        return new ShellProcess(start);
    }

    /// <summary>Starts it on a terminal of its own; needs the program <c>script</c>.</summary>
    /// <remarks>
    /// <c>script</c> goes through $SHELL, and some stay as a parent that answers Ctrl+C too: hence <c>exec</c>.
    /// </remarks>
    public static ShellProcess StartOnTerminal(string arguments) => StartCommand(
        "script", "--quiet", "--return", "--command", $"exec env -u NO_COLOR dotnet '{Assembly}' {arguments}", "/dev/null");

    /// <summary>Starts a program that starts it.</summary>
    public static ShellProcess StartCommand(string program, params string[] arguments) =>
        new(new ProcessStartInfo(program, arguments));

    /// <summary>Waits until a text has come out.</summary>
    public async Task WaitForAsync(string text)
    {
        while (true)
        {
            if (Seen().Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            Assert.False(_outputEnd.IsCompleted, $"'{text}' never came; the output was: {Seen()}");
            await _more.WaitAsync(_limit.Token);
        }
    }

    /// <summary>Writes to its standard input.</summary>
    public async Task TypeAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text.AsMemory(), _limit.Token);
        await _process.StandardInput.FlushAsync(_limit.Token);
    }

    /// <summary>Sends it a signal.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString(provider: null)]);
        await kill.WaitForExitAsync(_limit.Token);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ShellResult> EndAsync()
    {
        await _process.WaitForExitAsync(_limit.Token);
        await _outputEnd;
        return new ShellResult(_process.ExitCode, Seen(), await _errorEnd);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _limit.Dispose();
        _more.Dispose();
    }

    private static string FindAssembly()
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory);
        var root = bin;
        while (!File.Exists(Path.Combine(root.FullName, "RollbackOps.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("The repository's root.");
        }

        return Path.Combine(
            root.FullName, "src", "RollbackTools.Shell", "bin", bin.Parent!.Name, bin.Name, "rollback-shell.dll");
    }

    private string Seen()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private async Task CollectAsync()
    {
        var buffer = new char[4096];
        int count;
        while ((count = await _process.StandardOutput.ReadAsync(buffer.AsMemory(), _limit.Token)) > 0)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, count);
            }

            _more.Release();
        }

        _more.Release();
    }
}
