using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace RollbackOps.Adapters.Drills;

/// <summary>
/// Does what the service's commands ask for. A command is a process of its own, as in an incident; it leaves its wish in a folder
/// and waits for the answer, which needs no program that is not on every machine.
/// </summary>
internal sealed class DrillControl : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly DrillService _service;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public DrillControl(string folder, DrillService service)
    {
        _folder = folder;
        _service = service;
        Directory.CreateDirectory(folder);
        _work = Task.Run(WorkAsync);
    }

    /// <summary>Is asked when a restart is asked for, and tells whether it is to be made; null for always.</summary>
    public Func<bool>? Restarting { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        using var pause = new PeriodicTimer(s_pause);
        try
        {
            while (await pause.WaitForNextTickAsync(_stop.Token))
            {
                foreach (var wish in Directory.EnumerateFiles(_folder, "*.ask"))
                {
                    Answer(wish);
                }

                await _service.EndProbesAsync(IsRunning);
            }
        }
        catch (OperationCanceledException)
        {
            // The drill is over.
        }
        catch (DirectoryNotFoundException)
        {
            // Its folder is gone, and nobody can ask any more.
        }
    }

    private void Answer(string wish)
    {
        var words = File.ReadAllLines(wish);
        string answer;
        try
        {
            answer = $"0\n{Do(words)}\n";
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException or RollbackOpsException
            or FormatException or Microsoft.Data.Sqlite.SqliteException or IndexOutOfRangeException)
        {
            answer = $"1\n{Inert.Line(failure.Message)}\n";
        }

        var file = Path.ChangeExtension(wish, ".answer");
        File.WriteAllText(file + ".next", answer);
        File.Delete(wish);
        File.Move(file + ".next", file, overwrite: true);
    }

    private string Do(string[] words)
    {
        switch (words[1])
        {
            case "restart":
                return Restarting?.Invoke() == false
                    ? throw new InvalidOperationException("whoever asked for it is dead")
                    : _service.Restart();
            case "start":
                return _service.Restart();
            case "stop":
                return _service.Stop();
            case "smoke":
                return _service.Smokes() ? "it runs, and its data are whole" : throw new InvalidOperationException("it does not run, or its data are damaged");
            case "serve":
                _service.Probe(words[2], int.Parse(words[3], CultureInfo.InvariantCulture), int.Parse(words[0], CultureInfo.InvariantCulture));
                return $"{Path.GetFileName(words[2])} serves at port {words[3]}";
            default:
                throw new InvalidOperationException($"there is no '{words[1]}'");
        }
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
