using CsCheck;

namespace RollbackOps.Tests.Errors;

/// <summary>Foreign text acts on nothing (S43).</summary>
public sealed class InertTests
{
    private const string Acting =
        "\u061c\u200b\u200e\u200f\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    // The last two are the neighbours of the tag characters.
    private static readonly string[] s_wide =
        ["é", "ß", "汉", "ע", "😀", "👩\u200d💻", "\u00a0", "\U000dfffd", "\U000e0080"];

    private static readonly Gen<string> s_foreign = Gen.Frequency(
        (3, Gen.Char['\0', '\u00ff']),
        (1, Gen.Char[Acting]),
        (1, Gen.Char['\u2000', '\u2070']),
        (1, Gen.Char['\ud800', '\udfff']),
        (1, Gen.Char['\udb3f', '\udb41']),
        (1, Gen.Char['\udc00', '\udc80']),
        (1, Gen.Char)).Array[0, 40].Select(characters => new string(characters));

    private static readonly Gen<string> s_ordinary = Gen.OneOf(
        Gen.Char[' ', '~'].Select(one => one.ToString()),
        Gen.Int[0, 8].Select(at => s_wide[at])).Array[0, 40].Select(string.Concat);

    [Fact]
    public void Line_AnyText_HoldsNothingThatActs() => s_foreign.Sample(text =>
    {
        var clean = Inert.Line(text);
        Assert.DoesNotContain(clean, IsActing);
        Assert.DoesNotContain(clean.EnumerateRunes(), rune => rune.Value is >= 0xe0000 and <= 0xe007f);
    });

    [Fact]
    public void Text_AnyText_HoldsNothingThatActsButLineFeedAndTab() => s_foreign.Sample(text =>
        Assert.DoesNotContain(Inert.Text(text), character => character is not ('\n' or '\t') && IsActing(character)));

    [Fact]
    public void Both_AnyText_AreWellFormedAndStayAsTheyAre() => s_foreign.Sample(text =>
    {
        foreach (var clean in new[] { Inert.Line(text), Inert.Text(text) })
        {
            Assert.Equal(clean, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(clean)));
            Assert.Equal(clean, Inert.Text(clean));
        }
    });

    [Fact]
    public void Both_OrdinaryText_AreUnchanged() => s_ordinary.Sample(text =>
    {
        Assert.Equal(text, Inert.Line(text));
        Assert.Equal(text, Inert.Text(text));
    });

    [Theory]
    [InlineData("\u001b[31mred", "<U+001B>[31mred")]
    [InlineData("a\u202eb", "a<U+202E>b")]
    [InlineData("a\r\nb", "a<U+000D><U+000A>b")]
    [InlineData("ok\U000e0001\U000e0072\U000e006d\U000e007f!", "ok<U+E0001><U+E0072><U+E006D><U+E007F>!")]
    [InlineData(null, "")]
    public void Line_WhatActs_IsShown(string? text, string shown) => Assert.Equal(shown, Inert.Line(text));

    [Fact]
    public void Line_HalfACharacter_IsShown()
    {
        Assert.Equal("a<U+D800>b", Inert.Line("a\ud800b"));
        Assert.Equal("<U+DB40>a<U+DB40>", Inert.Line("\udb40a\udb40"));
    }

    [Fact]
    public void Text_WindowsLineEnds_BecomeLineFeeds() => Assert.Equal("a\nb\tc", Inert.Text("a\r\nb\tc"));

    private static bool IsActing(char character) => char.IsControl(character) || Acting.Contains(character);
}
