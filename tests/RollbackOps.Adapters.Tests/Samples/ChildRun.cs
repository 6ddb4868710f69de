using System.Diagnostics;
using System.Globalization;
using RollbackOps.Tests.Child;

namespace RollbackOps.Adapters.Tests.Samples;

/// <summary>One run of the child program, to its end.</summary>
internal sealed record ChildRun(int ExitCode, string Output, string Errors)
{
    /// <summary>What a shell says of a process ended by signal 9.</summary>
    public const int Killed = 128 + 9;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The diagnostic events it told, in order.</summary>
    public IReadOnlyList<string> Events => Lines("event ");

    /// <summary>How the rollback came out, as it told.</summary>
    public string Result => Assert.Single(Lines("result "));

    public static ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo(SampleSettings.Dotnet)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(SampleSettings.Assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    public static Task<ChildRun> OfAsync(string verb, SampleRoot root, int killAt = 0) => OfAsync(Command(
        verb, root.Path, root.Port.ToString(CultureInfo.InvariantCulture), killAt.ToString(CultureInfo.InvariantCulture)));

    public static async Task<ChildRun> OfAsync(ProcessStartInfo command)
    {
        using var process = Process.Start(command)!;
        process.StandardInput.Close();
        return await EndOfAsync(process);
    }

    /// <summary>Waits for the end of one that was started already.</summary>
    public static async Task<ChildRun> EndOfAsync(Process process)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new ChildRun(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private List<string> Lines(string prefix) =>
    [
        .. Output.Split('\n')
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].TrimEnd()),
    ];
}
