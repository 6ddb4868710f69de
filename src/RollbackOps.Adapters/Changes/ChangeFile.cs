using System.Security.Cryptography;
using System.Text;

namespace RollbackOps.Adapters.Changes;

/// <summary>A file of an export, hashed while it is written. Only its owner may read it: it holds what the database holds.</summary>
internal sealed class ChangeFile : IDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Creates it.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public ChangeFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = BufferSize };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        Path = path;
        _file = new FileStream(path, options);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Adds a line.</summary>
    public void WriteLine(string line)
    {
        Write(Encoding.UTF8.GetBytes(line));
        Write("\n"u8);
    }

    /// <summary>Adds a line that is UTF-8 already.</summary>
    public void WriteLine(ReadOnlySpan<byte> line)
    {
        Write(line);
        Write("\n"u8);
    }

    /// <summary>Adds what another one holds, and deletes that.</summary>
    public void Take(ChangeFile part)
    {
        part.Dispose();
        using (var from = File.OpenRead(part.Path))
        {
            var block = new byte[BufferSize];
            while (from.Read(block) is > 0 and var count)
            {
                Write(block.AsSpan(0, count));
            }
        }

        File.Delete(part.Path);
    }

    /// <summary>Makes it durable and gives its hash, in hexadecimal.</summary>
    public string Finish()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
        return Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _hash.AppendData(bytes);
    }
}
