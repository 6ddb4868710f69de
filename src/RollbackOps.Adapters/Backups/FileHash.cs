using System.Buffers;
using System.Security.Cryptography;
using RollbackOps.Databases;

namespace RollbackOps.Adapters.Backups;

/// <summary>The SHA-256 of a file, alone or while it is copied.</summary>
internal static class FileHash
{
    private const int BlockSize = 1 << 20;

    /// <summary>The hash, in hexadecimal.</summary>
    public static Task<string> ComputeAsync(
        string path, Action<ByteProgress> progress, CancellationToken cancellationToken) =>
        CopyAsync(path, Stream.Null, progress, cancellationToken);

    /// <summary>Copies a file to a stream; gives the hash of what was copied, in hexadecimal.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static async Task<string> CopyAsync(
        string path, Stream to, Action<ByteProgress> progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var from = new FileStream(path, new FileStreamOptions
        {
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        var total = from.Length;
        byte[][] blocks = [ArrayPool<byte>.Shared.Rent(BlockSize), ArrayPool<byte>.Shared.Rent(BlockSize)];
        try
        {
            // One block is hashed while the next is read and written: the hash is the slowest of the three.
            var hashing = Task.CompletedTask;
            long done = 0;
            for (var turn = 0; ; turn ^= 1)
            {
                var block = blocks[turn];
                var read = from.Read(block, 0, BlockSize);
                if (read == 0)
                {
                    break;
                }

                to.Write(block, 0, read);
                await hashing;
                cancellationToken.ThrowIfCancellationRequested();
                hashing = Task.Run(() => hash.AppendData(block, 0, read), CancellationToken.None);
                done += read;
                progress(new ByteProgress(done, total));
            }

            await hashing;
            return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
        }
        finally
        {
            Array.ForEach(blocks, block => ArrayPool<byte>.Shared.Return(block));
        }
    }
}
