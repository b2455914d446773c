using System.Text;
using System.Text.Json.Nodes;
using Serverless.Contracts;
using Serverless.Functions.Declarative;
using Serverless.Functions.Http;

namespace Serverless.Functions.Tests.Declarative;

/// <summary>YAML and JSON are read into the same, and written back so that it stays the same.</summary>
public sealed class YamlTests
{
    [Theory]
    [InlineData("no", "\"no\"")]
    [InlineData("Yes", "\"Yes\"")]
    [InlineData("off", "\"off\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("2030-01-31", "\"2030-01-31\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("0b11", "\"0b11\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData(".", "\".\"")]
    [InlineData("+", "\"+\"")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("'7'", "\"7\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("|\n  a\n  b\n", "\"a\\nb\\n\"")]
    [InlineData("tRue", "\"tRue\"")]
    [InlineData("true", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("Null", "null")]
    [InlineData("007", "7")]
    [InlineData("-0", "-0")]
    [InlineData("+12", "12")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "18446744073709551615")]
    [InlineData("0o1777777777777777777777", null)]
    [InlineData("0x1FFFFFFFFFFFFFFFF", null)]
    [InlineData(".5", "0.5")]
    [InlineData("1.", "1")]
    [InlineData("-01.50", "-1.50")]
    [InlineData("1E+3", "1E+3")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData(".inf", null)]
    [InlineData("-.INF", null)]
    [InlineData(".nan", null)]
    public void Scalars_are_what_the_core_schema_says(string scalar, string? json)
    {
        var errors = new Errors();
        var document = Read("a: " + scalar, errors);

        Assert.Equal(json is null ? ["/a not_json"] : [], errors.Found.Select(e => $"{e.At} {e.Code}"));
        if (json is not null)
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(document.Root.GetProperty("a").GetRawText())));
        }
    }

    [Theory]
    [InlineData("a: &x 1\nb: 2", "/a anchor 1 1")]
    [InlineData("a: 1\nb: *x", "/b alias 2 1")]
    [InlineData("a:\n  - !!int '1'", "/a/0 tag 2 5")]
    [InlineData("a:\n  <<: {b: 1}", "/a/<< merge_key 2 3")]
    [InlineData("a: 1\nb: 2\na: 3", "/a duplicate_member 1 1")]
    [InlineData("1: a", "/1 invalid_key 1 1")]
    [InlineData("? [a]\n: b", " invalid_key 1 1")]
    [InlineData("*x : b", " invalid_key 1 1")]
    [InlineData("&x a: b", "/a anchor 1 1")]
    [InlineData("# nothing", " empty  ")]
    public void What_json_cannot_say_is_refused_where_it_stands(string yaml, string expected)
    {
        var errors = new Errors();
        var document = Read(yaml, errors);

        var error = document.Positions.Place(errors.Found)[0];
        Assert.Equal(expected, $"{error.At} {error.Code} {error.Line} {error.Column}");
    }

    [Fact]
    public void Everything_that_is_refused_is_named_at_once()
    {
        var errors = new Errors();
        Read("a: &x 1\nb: *x\nc: !t d\nc: 2\ne: .inf\n", errors);

        Assert.Equal(
            ["/a anchor", "/b alias", "/c tag", "/e not_json"],
            errors.Found.Select(e => $"{e.At} {e.Code}"));
    }

    [Theory]
    [InlineData("a: [1,", 2, 1)]
    [InlineData("a: b\n\tc: d", 1, 4)]
    [InlineData("a: 'b", 1, 4)]
    [InlineData("a: b: c", 1, 5)]
    [InlineData("a: \"\\uD800\"", 1, 4)]
    [InlineData("a: 1\n---\nb: 2", 2, 1)]
    [InlineData("%YAML 3.0\n---\na: 1", 1, 1)]
    public void What_is_no_yaml_or_more_than_one_document_is_refused_with_line_and_column(string yaml, int line, int column)
    {
        var unreadable = Assert.Throws<UnreadableException>(() => Read(yaml, new Errors()));

        Assert.Equal(new Position(line, column), unreadable.Position);
    }

    [Fact]
    public void A_document_is_bounded_in_depth_and_number_of_values_in_either_language()
    {
        foreach (var deep in new[]
        {
            new string('[', 33) + new string(']', 33),
            string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40),
        })
        {
            Assert.Throws<UnreadableException>(() => Read(deep, new Errors()));
            Assert.Throws<UnreadableException>(() => ReadJson(deep, new Errors()));
        }

        var wide = "[" + string.Join(',', Enumerable.Repeat("1", SourceDocument.MaxNodes)) + "]";
        Assert.Throws<UnreadableException>(() => Read(wide, new Errors()));
        Assert.Throws<UnreadableException>(() => ReadJson(wide, new Errors()));
        Assert.Throws<UnreadableException>(() => Read(string.Concat(Enumerable.Repeat("- ", 1_000_000)), new Errors()));
        Assert.Throws<UnreadableException>(() => Read(string.Concat(Enumerable.Repeat("? ", 1_000_000)), new Errors()));
        Assert.Throws<UnreadableException>(() => Read(new string('[', 2_000_000), new Errors()));
    }

    [Fact]
    public void A_document_is_read_in_memory_that_goes_with_its_length_in_either_language()
    {
        var name = new string('a', 20_000);
        var items = string.Join(',', Enumerable.Repeat("0", 20_000));
        var nested = string.Concat(Enumerable.Repeat($"{{{name[..1000]}: ", 28)) + $"[{items}]" + new string('}', 28);
        foreach (var (text, read) in new (string, Func<string, Errors, SourceDocument>)[]
        {
            ($"{{\"{name}\": [{items}]}}", ReadJson),
            ($"{{{name[..1000]}: [{items}]}}", Read),
            (nested, Read),
            ($"? {name}\n: [{items.Replace("0", "!t 0", StringComparison.Ordinal)}]", Read),
        })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Single(read(text, new Errors()).Root.EnumerateObject());

            // The parser of YAML takes more than half of it, for each scalar the same.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 100_000_000);
        }
    }

    [Fact]
    public void Positions_are_those_of_members_and_items_in_either_language()
    {
        const string Text = "{\n  \"ü\": {\"b\": [1,\n    {\"c\": 2}]}\n}";
        foreach (var document in new[] { Read(Text, new Errors()), ReadJson(Text, new Errors()) })
        {
            var placed = document.Positions.Place(
                [new("/ü", "x", ""), new("/ü/b/1", "x", ""), new("/ü/b/1/c", "x", ""), new("/ü/b/1/missing/y", "x", ""), new("/z", "x", "")]);

            Assert.Equal(["2 3", "3 5", "3 6", "3 5", "1 1"], placed.Select(e => $"{e.Line} {e.Column}"));
        }
    }

    [Fact]
    public void A_double_member_of_json_is_refused_where_it_stands_first()
    {
        var errors = new Errors();
        var document = ReadJson("{\"a\": 1,\n\"b\": {\"c\": 1, \"c\": 2}}", errors);

        Assert.Equal("/b/c duplicate_member 2 7", Line(document.Positions.Place(errors.Found).Single()));
        static string Line(InvalidMember e) => $"{e.At} {e.Code} {e.Line} {e.Column}";
    }

    [Theory]
    [InlineData("{\"a\":", 1)]
    [InlineData("{\"a\":1}\n{}", 2)]
    [InlineData("{\n\"a\": \"\\ud800\"}", 2)]
    [InlineData("", 1)]
    [InlineData("{\"a\":1,}", 1)]
    public void What_is_no_json_is_refused_with_its_line(string json, int line)
    {
        var unreadable = Assert.Throws<UnreadableException>(() => ReadJson(json, new Errors()));

        Assert.Equal(line, unreadable.Position.Line);
    }

    public static TheoryData<string> Texts => [.. new[]
    {
        "", " ", "a", "no", "Y", "null", "~", "true", "7", "-1", "0x1F", "1e5", ".5", "12:30", "2030-01-31", "=", "<<", "-", "- a", "? a",
        "a: b", "a:", "a #b", "a # b", "#a", "&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "'a'", "\"a\"", "[a]", "{a}", "a, b", "a\\b",
        "https://localhost:8443/base", "/v1/{room}$?a={b}", "a\nb", "a\nb\n", "a\n\nb", "a\n\n", "\n", "\na", " a\nb", "a \nb", "a\r\nb", "a\tb", "\ta",
        "a ", " a", "ümlaut", "日本語", "😀", "\u0085", "\u2028", "\u00a0", "\ufeff", "\u0001", "\u007f", "---", "...", "--- a", "a\n---\nb", "a\n# b\n",
        "-----BEGIN CERTIFICATE-----\nMIIB+/=\n-----END CERTIFICATE-----\n", new string('x', 5000), string.Join(' ', Enumerable.Repeat("word", 500)), "\u200b", "a\u0000b",
    }];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Every_text_is_read_back_as_it_was_written(string text)
    {
        var json = new JsonObject
        {
            ["value"] = text,
            ["list"] = new JsonArray { text, new JsonObject { [text] = text, ["after"] = new JsonArray() } },
            ["nothing"] = null,
            ["empty"] = new JsonObject(),
            ["number"] = JsonNode.Parse("1.50"),
            ["flag"] = true,
        };

        Same(json);
    }

    [Fact]
    public void Any_text_is_read_back_as_it_was_written()
    {
        var random = new Random(20301);
        const string Alphabet = "ab 01-:#{}[],&*!|>'\"%@`?\n\t\\/.~=<é\u2028\u0007";
        for (var i = 0; i < 3000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            Same(new JsonObject { ["a"] = new JsonArray { new JsonObject { ["b"] = text, [text] = 1 } } });
        }
    }

    [Fact]
    public void Yaml_is_written_for_people()
    {
        var json = JsonNode.Parse("""
            {"product":{"system_name":"chat","name":"Chat: all of it","text":"a\nb\n","port":"8443","list":[{"path":"/","tls":{}},{"x":[1,"no"]}]}}
            """);

        Assert.Equal(
            """
            product:
              system_name: chat
              name: "Chat: all of it"
              text: |
                a
                b
              port: "8443"
              list:
                - path: /
                  tls: {}
                - x:
                    - 1
                    - "no"

            """.ReplaceLineEndings("\n"),
            YamlWriter.Write(json));
    }

    private static void Same(JsonNode json)
    {
        var yaml = YamlWriter.Write(json);
        var errors = new Errors();
        var read = Read(yaml, errors);

        Assert.Empty(errors.Found);
        Assert.True(JsonNode.DeepEquals(json, JsonNode.Parse(read.Root.GetRawText())), yaml);
        Assert.Equal(yaml, YamlWriter.Write(JsonNode.Parse(read.Root.GetRawText())));
    }

    private static SourceDocument Read(string yaml, Errors errors) => YamlText.Read(Encoding.UTF8.GetBytes(yaml), errors);

    private static SourceDocument ReadJson(string json, Errors errors) => JsonText.Read(Encoding.UTF8.GetBytes(json), errors);
}
