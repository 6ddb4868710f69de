using System.Text;

namespace RollbackOps.Adapters.Processes;

/// <summary>
/// The file a command writes to, at its end; only its owner may read it. Deleted at the end, unless kept.
/// </summary>
internal sealed class CommandOutput : IDisposable
{
    private const string Nowhere = "/dev/null";
    private const int TailLimit = 128 * 1024;
    private const int LargestFile = 4 * 1024 * 1024;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    // The end of what was cut off.
    private byte[] _before = [];
    private bool _isKept;

    private CommandOutput(string path) => Path = path;

    public string Path { get; }

    public static CommandOutput Create()
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"rollbackops-{Guid.NewGuid():N}.log");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            new FileStream(path, options).Dispose();
            return new CommandOutput(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What a command says is worth less than that it runs.
            return new CommandOutput(Nowhere);
        }
    }

    /// <summary>
    /// Cuts off what a command has said while it says too much, until stopped: it would fill the volume that the database
    /// needs. It goes on writing at the new end.
    /// </summary>
    public async Task KeepSmallAsync(CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(s_look);
        try
        {
            while (Path != Nowhere && await look.WaitForNextTickAsync(cancellationToken))
            {
                await using var file = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                if (file.Length > LargestFile)
                {
                    _before = await ReadEndAsync(file);
                    file.SetLength(0);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended, or is left to itself.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The command took the file away itself.
        }
    }

    /// <summary>The last lines so far; somebody may still be writing.</summary>
    public async Task<string> ReadTailAsync()
    {
        var tail = new OutputTail();
        if (Path == Nowhere)
        {
            return string.Empty;
        }

        try
        {
            await using var file = new FileStream(
                Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(new MemoryStream([.. _before, .. await ReadEndAsync(file)]), Encoding.UTF8);
            await tail.ReadAsync(reader, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A command that clears the folder of temporary files took it, too. That it ran is what matters.
        }

        return tail.ToString();
    }

    private static async Task<byte[]> ReadEndAsync(FileStream file)
    {
        var end = new byte[Math.Min(file.Length, TailLimit)];
        file.Position = file.Length - end.Length;
        return end[..await file.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false)];
    }

    /// <summary>Leaves the file to a command that goes on writing.</summary>
    public void Keep() => _isKept = true;

    public void Dispose()
    {
        if (!_isKept && Path != Nowhere)
        {
            try
            {
                File.Delete(Path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Left in the folder of temporary files, where only its owner can read it.
            }
        }
    }
}
