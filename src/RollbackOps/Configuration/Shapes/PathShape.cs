namespace RollbackOps.Configuration.Shapes;

/// <summary>A path; a relative one starts from the file's folder and becomes absolute.</summary>
internal sealed class PathShape() : TextShape(
    "a path, relative to the file's folder or absolute",
    $@"^{SecretReference.NoReference}(?=.*[^ ])[^\u0000-\u001f\u007f]*$",
    longest: 4096)
{
    protected override object? Convert(LocatedNode node, string path, SettingReading reading) =>
        reading.Absolute(node.Text, node.Source);
}
