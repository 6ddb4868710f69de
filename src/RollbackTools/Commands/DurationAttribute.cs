using System.Management.Automation;
using RollbackOps;
using RollbackOps.Configuration;

namespace RollbackTools.Commands;

/// <summary>
/// Makes a TimeSpan of what a person types: <c>90s</c>, <c>5m</c>, <c>1h</c>, or a TimeSpan. A bare number is refused.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (bare is TimeSpan given)
        {
            return given;
        }

        // The parser reads 30s as the number 30 (s is a numeric suffix); the text it was typed as is kept beside it.
        var text = LanguagePrimitives.ConvertTo<string>(inputData);
        return Duration.TryParse(text, out var duration)
            ? duration
            : throw new ArgumentTransformationMetadataException(
                $"'{Inert.Line(text)}' is no duration. Write a number with its unit: 90s, 5m, 1h, or give a TimeSpan.");
    }
}
