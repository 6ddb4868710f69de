using System.Buffers;
using System.Text;
using RollbackOps.Deployments;

namespace RollbackOps.Adapters.ReleaseDirectory;

/// <summary>
/// Capistrano's <c>revisions.log</c>: one line for each deployment that went live. It has no times; a deployment's is
/// the timestamp of its release, and a rollback's is not known, so that only its order counts.
/// </summary>
internal static class RevisionsLog
{
    // Stands between the prompt and its first object: read in pieces, and only ids become strings.
    private const int PieceBytes = 64 * 1024;
    private const int UsualLineBytes = 64;

    private static ReadOnlySpan<byte> Deployed => " deployed as release "u8;

    private static ReadOnlySpan<byte> RolledBack => " rolled back to release "u8;

    /// <summary>What the log says, oldest first; null when there is none.</summary>
    public static IReadOnlyList<Activation>? Read(string root)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            using var log = new FileStream(
                Path.Combine(root, "revisions.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var activations = new List<Activation>((int)(log.Length / UsualLineBytes));
            var held = 0;
            int count;
            while ((count = log.Read(piece, held, piece.Length - held)) > 0)
            {
                held += count;
                var whole = piece.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
                AddLines(activations, piece.AsSpan(0, whole));
                piece.AsSpan(whole, held - whole).CopyTo(piece);
                held -= whole;
                if (held == piece.Length)
                {
                    piece = Larger(piece);
                }
            }

            AddLines(activations, piece.AsSpan(0, held));
            return activations;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.PlatformUnreadable,
                $"'revisions.log' in '{root}' cannot be read: {failure.Message}",
                "Check the file's rights.", root, failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static byte[] Larger(byte[] piece)
    {
        var larger = ArrayPool<byte>.Shared.Rent(piece.Length * 2);
        piece.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(piece);
        return larger;
    }

    private static void AddLines(List<Activation> activations, ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = end < 0 ? lines : lines[..end];
            lines = lines[(end < 0 ? lines.Length : end + 1)..];
            if (IdAfter(line, Deployed) is { } deployed)
            {
                if (ReleaseMetadata.TimestampOf(deployed) is { } at)
                {
                    activations.Add(new Activation { DeploymentId = deployed, At = at });
                }
            }
            else if (activations.Count > 0 && IdAfter(line, RolledBack) is { } back)
            {
                // At the latest known moment: it came after everything above it.
                activations.Add(new Activation { DeploymentId = back, At = activations[^1].At, IsRollback = true });
            }
        }
    }

    /// <summary>The word after a phrase's last occurrence, or null; a branch may be named like the phrase.</summary>
    private static string? IdAfter(ReadOnlySpan<byte> line, ReadOnlySpan<byte> phrase)
    {
        var at = line.LastIndexOf(phrase);
        if (at < 0)
        {
            return null;
        }

        var rest = line[(at + phrase.Length)..].TrimEnd("\r "u8);
        var end = rest.IndexOf((byte)' ');
        var id = end < 0 ? rest : rest[..end];
        return id.IsEmpty ? null : Encoding.UTF8.GetString(id);
    }
}
