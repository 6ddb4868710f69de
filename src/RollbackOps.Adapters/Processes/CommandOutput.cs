using System.Text;

namespace RollbackOps.Adapters.Processes;

/// <summary>The file a command writes to; only its owner may read it. Deleted at the end, unless kept.</summary>
internal sealed class CommandOutput : IDisposable
{
    private const string Nowhere = "/dev/null";
    private const int TailLimit = 128 * 1024;

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
            var end = new byte[Math.Min(file.Length, TailLimit)];
            file.Position = file.Length - end.Length;
            var length = await file.ReadAtLeastAsync(end, end.Length, throwOnEndOfStream: false);
            using var reader = new StreamReader(new MemoryStream(end, 0, length), Encoding.UTF8);
            await tail.ReadAsync(reader, CancellationToken.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A command that clears the folder of temporary files took it, too. That it ran is what matters.
        }

        return tail.ToString();
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
