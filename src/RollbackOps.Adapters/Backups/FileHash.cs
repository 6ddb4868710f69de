using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using RollbackOps.Adapters.LocalState;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>The SHA-256 of a file, alone or while it is copied.</summary>
internal static class FileHash
{
    private const int BlockSize = 1 << 20;
    private const int PieceSize = 16 << 20;

    /// <summary>The hash, in hexadecimal.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Task<string> ComputeAsync(
        string path, Action<ByteProgress> progress, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var file = Open(path);
            var total = RandomAccess.GetLength(file);
            var block = new byte[BlockSize];
            for (long done = 0; done < total; done += PieceSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Append(hash, file, done, Math.Min(PieceSize, total - done), block);
                progress(new ByteProgress(Math.Min(done + PieceSize, total), total));
            }

            return Text(hash);
        },
        cancellationToken);

    /// <summary>Copies a file into another and makes it durable; gives the hash of what was written, in hexadecimal.</summary>
    /// <param name="path">The file to copy.</param>
    /// <param name="to">Where to; empty, and open for reading, too.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static async Task<string> CopyAsync(
        string path, FileStream to, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var from = Open(path);
        var total = RandomAccess.GetLength(from);
        // The system copies and syncs as fast as it can; the hash, which is slower, follows what was written.
        var pieces = Channel.CreateUnbounded<(long From, long Length)>();
        var copying = Task.Run(() => Copy(from, to, total, pieces.Writer, cancellationToken), CancellationToken.None);
        var block = new byte[BlockSize];
        try
        {
            await foreach (var (start, length) in pieces.Reader.ReadAllAsync(CancellationToken.None))
            {
                Append(hash, to.SafeFileHandle, start, length, block);
                progress(new ByteProgress(start + length, total));
            }
        }
        finally
        {
            await copying;
        }

        return Text(hash);
    }

    private static void Copy(
        SafeFileHandle from, FileStream to, long total, ChannelWriter<(long From, long Length)> copied, CancellationToken cancellationToken)
    {
        try
        {
            long length;
            for (long done = 0; done < total; done += length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                length = Durable.Copy(from, to.SafeFileHandle, done, Math.Min(PieceSize, total - done));
                if (length == 0)
                {
                    throw Shorter();
                }

                copied.TryWrite((done, length));
                Durable.BeginSync(to.SafeFileHandle, done, length);
            }

            copied.TryComplete();
            to.Flush(flushToDisk: true);
        }
        finally
        {
            copied.TryComplete();
        }
    }

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, options: FileOptions.SequentialScan);

    private static IOException Shorter() => new("The file became shorter while it was read.");

    private static string Text(IncrementalHash hash) => Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();

    private static void Append(IncrementalHash hash, SafeFileHandle file, long from, long length, byte[] block)
    {
        for (var end = from + length; from < end;)
        {
            var read = RandomAccess.Read(file, block.AsSpan(0, (int)Math.Min(block.Length, end - from)), from);
            if (read == 0)
            {
                throw Shorter();
            }

            hash.AppendData(block.AsSpan(0, read));
            from += read;
        }
    }
}
