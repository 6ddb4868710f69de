using System.Text;
using RollbackOps.Databases;

namespace RollbackOps.Tests.Databases;

public sealed class RowComparisonTests
{
    // With characters whose order differs between UTF-8 and UTF-16.
    private static readonly string?[] s_values = [null, "", "a", "ab", "b", "é", "\ud7ff", "\ue000", "\uffff", "😀", "😁", "😀a"];

    [Fact]
    public async Task Compare_AnyTwoTablesWithKey_ChangesMakeTheOneTheOther()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var (before, after) = (Keyed(random), Keyed(random));

            var changes = await CompareAsync(Sorted(before.Values), Sorted(after.Values), keyColumns: 2);

            var made = new Dictionary<string, string?[]>(before);
            foreach (var change in changes)
            {
                var key = Line((change.Before ?? change.After)!.Take(2));
                Assert.Equal((change.Kind != RowChangeKind.Inserted, change.Kind != RowChangeKind.Deleted), (change.Before is not null, change.After is not null));
                Assert.Equal(change.Before is null ? null : Line(change.Before), made.TryGetValue(key, out var there) ? Line(there) : null);
                made.Remove(key);
                if (change.After is not null)
                {
                    made[key] = [.. change.After];
                }
            }

            Assert.Equal(Lines(after.Values), Lines(made.Values));
            // And nothing is told that is no change.
            Assert.Equal(
                before.Keys.Union(after.Keys).Count(key =>
                    !before.TryGetValue(key, out var old) || !after.TryGetValue(key, out var left) || Line(old) != Line(left)),
                changes.Count);
        }
    }

    [Fact]
    public async Task Compare_AnyTwoTablesWithoutKey_CountsEqualRows()
    {
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var (before, after) = (Rows(random), Rows(random));

            var changes = await CompareAsync(Sorted(before), Sorted(after), keyColumns: null);

            Assert.DoesNotContain(changes, change => change.Kind == RowChangeKind.Changed);
            foreach (var line in before.Concat(after).Select(Line).Distinct())
            {
                var more = after.Count(row => Line(row) == line) - before.Count(row => Line(row) == line);
                Assert.Equal(Math.Max(more, 0), changes.Count(change => change.After is not null && Line(change.After) == line));
                Assert.Equal(Math.Max(-more, 0), changes.Count(change => change.Before is not null && Line(change.Before) == line));
            }
        }
    }

    [Theory]
    [InlineData("b", "a", "order")]
    [InlineData("a", "a", "twice")]
    [InlineData("😀", "\uffff", "order")]
    public async Task Compare_RowsNotInOrder_IsRefused(string first, string second, string named)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => CompareAsync([[first, "1"], [second, "2"]], [], keyColumns: 1));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_TablesOfAnySize_ReadsNoFartherThanItTells()
    {
        var read = 0;
        await using var changes = RowComparison.CompareAsync(ToAsync([]), ToAsync(Counted()), new TextRowOrder(keyColumns: 1), CancellationToken.None).GetAsyncEnumerator();

        Assert.True(await changes.MoveNextAsync());

        Assert.Equal(1, read);

        IEnumerable<string?[]> Counted()
        {
            for (var row = 0; row < int.MaxValue; row++)
            {
                read++;
                yield return [$"{row:D10}"];
            }
        }
    }

    private static Dictionary<string, string?[]> Keyed(Random random) =>
        Rows(random).GroupBy(row => Line(row.Take(2))).ToDictionary(group => group.Key, group => group.First());

    private static List<string?[]> Rows(Random random) =>
        [.. Enumerable.Range(0, random.Next(12)).Select(_ => new[] { Value(random), Value(random), random.Next(2) == 0 ? "x" : "y" })];

    private static string? Value(Random random) => s_values[random.Next(s_values.Length)];

    /// <summary>In the order of a database: by the bytes of UTF-8, absent values first.</summary>
    private static List<string?[]> Sorted(IEnumerable<string?[]> rows) =>
        [.. rows.OrderBy(Line, StringComparer.Ordinal)];

    /// <summary>A row as hexadecimal, so that its order is that of its bytes.</summary>
    private static string Line(IEnumerable<string?> row) =>
        string.Concat(row.Select(value => value is null ? " " : "!" + Convert.ToHexString(Encoding.UTF8.GetBytes(value)) + "!"));

    private static IEnumerable<string> Lines(IEnumerable<string?[]> rows) => rows.Select(Line).Order(StringComparer.Ordinal);

    private static async Task<List<RowChange<IReadOnlyList<string?>>>> CompareAsync(List<string?[]> before, List<string?[]> after, int? keyColumns)
    {
        var changes = new List<RowChange<IReadOnlyList<string?>>>();
        await foreach (var change in RowComparison.CompareAsync(ToAsync(before), ToAsync(after), new TextRowOrder(keyColumns), CancellationToken.None))
        {
            changes.Add(change);
        }

        return changes;
    }

    private static async IAsyncEnumerable<IReadOnlyList<string?>> ToAsync(IEnumerable<string?[]> rows)
    {
        foreach (var row in rows)
        {
            await Task.CompletedTask;
            yield return row;
        }
    }
}
