using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace RollbackOps.Rollbacks;

/// <summary>
/// Checks a journal of any length without keeping it: blocks of whole lines are hashed side by side, since each record holds the
/// hash of the one before it, and only the borders between blocks are compared afterwards. A block in which anything does not
/// fit is read again, record by record, so that what is reported is what a reading reports.
/// </summary>
internal sealed class JournalVerifier
{
    private const int HashLength = 64;
    private const int BlockSize = 4 << 20;

    // {"v":1,"n":
    private static ReadOnlySpan<byte> Begin => "{\"v\":1,\"n\":"u8;

    private static ReadOnlySpan<byte> Time => ",\"at\":\""u8;

    private static ReadOnlySpan<byte> Previous => ",\"prev\":\""u8;

    private static ReadOnlySpan<byte> Own => "\",\"hash\":\""u8;

    /// <summary>What a journal's records come to.</summary>
    /// <param name="Records">How many can be read.</param>
    /// <param name="LastHash">The hash of the last; null without one.</param>
    /// <param name="Findings">What is wrong.</param>
    public sealed record Outcome(long Records, string? LastHash, IReadOnlyList<JournalFinding> Findings);

    /// <summary>Checks.</summary>
    /// <param name="journal">The journal's bytes; read to its end.</param>
    /// <param name="head">The last record known to have been written, or null.</param>
    /// <param name="blockSize">How much is hashed at once.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.JournalTooNew"/>.</exception>
    public static Outcome Verify(Stream journal, JournalHead? head, int blockSize = BlockSize)
    {
        var chain = new JournalChain();
        var workers = Math.Max(2, Environment.ProcessorCount);
        var running = new Queue<(byte[] Buffer, int Length, Task<Block?> Checked)>();
        var rest = Array.Empty<byte>();
        for (var isOver = false; !isOver || running.Count > 0;)
        {
            while (!isOver && running.Count < 2 * workers)
            {
                var (buffer, length, next) = Fill(journal, rest, blockSize);
                (rest, isOver) = (next ?? [], next is null);
                running.Enqueue((buffer, length, Task.Run(() => Check(buffer.AsSpan(0, length)))));
            }

            var (bytes, size, checking) = running.Dequeue();
            // A block that fits together and fits onto what came before is done with; any other is read record by record.
            if (checking.GetAwaiter().GetResult() is not { } block || !chain.TryAdd(block))
            {
                chain.Add(bytes.AsSpan(0, size));
            }

            ArrayPool<byte>.Shared.Return(bytes);
        }

        return chain.Finish(head);
    }

    /// <summary>The next whole lines, and what was read of the line after them; null at the end.</summary>
    private static (byte[] Buffer, int Length, byte[]? After) Fill(Stream journal, byte[] rest, int blockSize)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(blockSize, 2 * rest.Length));
        rest.CopyTo(buffer, 0);
        var filled = rest.Length;
        while (true)
        {
            filled += journal.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            if (filled < buffer.Length)
            {
                return (buffer, filled, null);
            }

            var end = buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            if (end > 0)
            {
                return (buffer, end, buffer[end..filled]);
            }

            // One record that is longer than a block.
            var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
            buffer.AsSpan(0, filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
    }

    /// <summary>What a block of lines is, when every record in it is as it was written and follows the one before; else null.</summary>
    private static Block? Check(ReadOnlySpan<byte> lines)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> hex = stackalloc byte[HashLength];
        Span<byte> before = stackalloc byte[HashLength];
        Span<byte> first = stackalloc byte[HashLength];
        var (number, count) = (0L, 0L);
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            if (end < 0 || !TryTakeApart(lines[..end], out var n, out var previous, out var own, out var content))
            {
                return null;
            }

            SHA256.HashData(content, hash);
            Hex(hash, hex);
            if (!hex.SequenceEqual(own) || (count > 0 && (n != number + 1 || !previous.SequenceEqual(before))))
            {
                return null;
            }

            if (count == 0)
            {
                previous.CopyTo(first);
            }

            own.CopyTo(before);
            (number, count) = (n, count + 1);
            lines = lines[(end + 1)..];
        }

        return count == 0 ? null : new Block(number - count + 1, count, Text(first), Text(before));
    }

    /// <summary>
    /// The parts of a line in exactly the form that is written; any other form, however right, is left to the reader. The content
    /// is read token by token, so that what is no JSON is no record here either.
    /// </summary>
    private static bool TryTakeApart(
        ReadOnlySpan<byte> line, out long number, out ReadOnlySpan<byte> previous, out ReadOnlySpan<byte> own, out ReadOnlySpan<byte> content)
    {
        number = 0;
        previous = own = content = default;
        // ,"prev":"<64>","hash":"<64>"}
        var tail = Previous.Length + HashLength + Own.Length + HashLength + 2;
        if (line.Length < tail + Begin.Length || !line.StartsWith(Begin) || !line.EndsWith("\"}"u8))
        {
            return false;
        }

        own = line.Slice(line.Length - 2 - HashLength, HashLength);
        previous = line.Slice(line.Length - 2 - HashLength - Own.Length - HashLength, HashLength);
        content = line[..(line.Length - 2 - HashLength - Own.Length + 1)];
        return line.Slice(line.Length - tail, Previous.Length).SequenceEqual(Previous)
            && line.Slice(line.Length - 2 - HashLength - Own.Length, Own.Length).SequenceEqual(Own)
            && Utf8Parser.TryParse(line[Begin.Length..], out number, out var digits)
            && line[(Begin.Length + digits)..].StartsWith(Time)
            && IsRecord(line);
    }

    /// <summary>Whether a line is one whole JSON object whose members are those of a record, each of its kind.</summary>
    private static bool IsRecord(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            var (hasTime, hasKind, hasData) = (false, false, false);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isTime = reader.ValueTextEquals("at"u8);
                var isKind = reader.ValueTextEquals("kind"u8);
                hasData |= reader.ValueTextEquals("data"u8);
                reader.Read();
                hasTime |= isTime && reader.TryGetDateTimeOffset(out _);
                hasKind |= isKind && reader.TokenType == JsonTokenType.String;
                reader.Skip();
            }

            return hasTime && hasKind && hasData && reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0 && !reader.Read();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Hex(ReadOnlySpan<byte> hash, Span<byte> hex)
    {
        for (var i = 0; i < hash.Length; i++)
        {
            hex[2 * i] = "0123456789abcdef"u8[hash[i] >> 4];
            hex[(2 * i) + 1] = "0123456789abcdef"u8[hash[i] & 15];
        }
    }

    private static string Text(ReadOnlySpan<byte> hex) => System.Text.Encoding.ASCII.GetString(hex);

    /// <summary>Records in a row that fit together.</summary>
    /// <param name="First">The number of the first.</param>
    /// <param name="Count">How many there are.</param>
    /// <param name="Previous">What the first names as the one before it.</param>
    /// <param name="LastHash">The hash of the last.</param>
    internal sealed record Block(long First, long Count, string Previous, string LastHash);
}
