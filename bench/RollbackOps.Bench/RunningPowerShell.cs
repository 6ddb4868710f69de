using System.Diagnostics;

namespace RollbackOps.Bench;

/// <summary>A PowerShell that does one command after the other, as at a prompt.</summary>
internal sealed class RunningPowerShell : IDisposable
{
    private const string Done = "-- done --";

    private readonly Process _process;

    public RunningPowerShell(string program)
    {
        var start = new ProcessStartInfo(program, ["-NoProfile", "-NonInteractive", "-Command", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["VERCEL_TOKEN"] = VercelStandIn.Token;
        _process = Process.Start(start)!;
        Do("'ready'");
    }

    /// <summary>Does a command and waits until it is done.</summary>
    public void Do(string command)
    {
        _process.StandardInput.WriteLine($"{command}; '{Done}'");
        _process.StandardInput.Flush();
        while (_process.StandardOutput.ReadLine() is var line && line?.EndsWith(Done, StringComparison.Ordinal) != true)
        {
            if (line is null)
            {
                throw new InvalidOperationException($"PowerShell ended at: {command}");
            }
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
