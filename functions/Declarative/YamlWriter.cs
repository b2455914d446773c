using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Serverless.Functions.Declarative;

/// <summary>
/// Writes JSON as YAML that people like to read, and that <see cref="YamlText"/>, as any other reader of YAML, takes for the
/// same: a text stands without quotes only where no version of YAML sees anything else in it.
/// </summary>
internal sealed partial class YamlWriter
{
    // Never folds a line: what is long stays in one piece, and can be searched for.
    private static readonly EmitterSettings Settings =
        EmitterSettings.Default.WithBestWidth(int.MaxValue).WithIndentedSequences();

    private readonly Emitter _emitter;

    private YamlWriter(TextWriter text) => _emitter = new(text, Settings);

    public static string Write(JsonNode? document)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var writer = new YamlWriter(text);
        writer._emitter.Emit(new StreamStart());
        writer._emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        writer.WriteValue(document);
        writer._emitter.Emit(new DocumentEnd(isImplicit: true));
        writer._emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private void WriteValue(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var block = members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block;
                _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, block));
                foreach (var (name, value) in members)
                {
                    WriteText(name);
                    WriteValue(value);
                }

                _emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                var lines = items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block;
                _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, lines));
                foreach (var item in items)
                {
                    WriteValue(item);
                }

                _emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                WriteText(value.GetValue<string>());
                break;
            default:
                _emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private void WriteText(string text) => _emitter.Emit(new Scalar(
        AnchorName.Empty,
        TagName.Empty,
        text,
        IsPlain(text) ? ScalarStyle.Plain : Lines().IsMatch(text) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted,
        isPlainImplicit: true,
        isQuotedImplicit: true));

    private static bool IsPlain(string text) => Word().IsMatch(text) && !Other().IsMatch(text) && CoreSchema.IsString(text);

    // Begins with a letter or a slash, so that it is no number, time or indicator; holds no ": " and no " #".
    [GeneratedRegex(@"\A[\p{L}/](?:[\p{L}\p{Nd}_./@%+=$&;,~(){}?!*'-]|:(?! |\z)| (?![# ]|\z))*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    // What YAML 1.1 takes for true and false.
    [GeneratedRegex(@"\A(?:y|n|yes|no|on|off)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Other();

    // Several lines, none with a space at either end, ending in one line end or none.
    [GeneratedRegex(@"\A(?:[!-~](?:[ -~]*[!-~])?\n)+(?:[!-~](?:[ -~]*[!-~])?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Lines();
}
